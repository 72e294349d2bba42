"""What the gateway's news causes, in order, for everybody whom it concerns.

The whole story of a payment is here: payments understand what the gateway says, invoices
learn that a milestone is funded, or that it is not. Both in one transaction, locked from the top.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from billing_site.platform import clock
from invoices.models import Milestone
from invoices.services import milestones
from payments.gateways.base import Snapshot
from payments.models import Charge, Escrow, GatewayEvent, Settlement
from payments.services import inbox, reconciling
from payments.services.charging import charge_of

Milestones = list[tuple[Milestone, Settlement]]


def handle(*, event_pk: int) -> None:
    """The task that reads one event from the gateway; see settings.GATEWAY_EVENT_TASK."""
    inbox.handle(event_pk, at=clock.now(), reconcile=follow)


@transaction.atomic
def follow(event: GatewayEvent, snapshot: Snapshot | None, *, at: datetime) -> object:
    """Bring everything to where the gateway's object is. Learning of it again does nothing."""
    charge = charge_of(snapshot) if snapshot is not None else None
    waiting = _lock_what_waits(charge) if charge else []
    ours = reconciling.reconcile(event, snapshot, at=at)  # posts to the books
    if isinstance(ours, Charge):
        for milestone, settlement in waiting:
            _tell(milestone, settlement, ours, at=at)
    return ours


def _lock_what_waits(charge: Charge) -> Milestones:
    """Contract, then milestone, in the order of their keys, before payments lock anything."""
    waiting: Milestones = []
    settlements = {each.escrow_id: each for each in charge.settlements.all()}
    found = Milestone.objects.filter(escrow__in=settlements).order_by("contract_id", "pk")
    for pk in found.values_list("pk", flat=True):
        _, milestone = milestones.lock_with_contract(pk)
        if milestone.escrow_id in settlements:
            waiting.append((milestone, settlements[milestone.escrow_id]))
    return waiting


def _tell(milestone: Milestone, settlement: Settlement, charge: Charge, *, at: datetime) -> None:
    if milestone.state != Milestone.State.FUNDING:
        return  # It knows already: events come more than once.
    now = Escrow.objects.get(pk=settlement.escrow_id).state
    if now == Escrow.State.HELD:
        milestones.fund(milestone.pk, at=at)
    elif now == Escrow.State.DROPPED:
        milestones.fail(milestone.pk, at=at, reason=charge.problem)
