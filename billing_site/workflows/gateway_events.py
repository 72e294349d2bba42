"""What the gateway's news causes, in order, for everybody whom it concerns.

The whole story of a payment is here: payments understand what the gateway says, invoices
learn that a milestone is funded or not, or that an invoice is paid. Both in one transaction,
locked from the top. What a client's credit pays goes the same way, without a gateway.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from billing_site.platform import clock
from billing_site.workflows import taken_back
from invoices.models import Invoice, Milestone
from invoices.services import milestones, owing, receipts, weeks
from invoices.services.locking import lock_from_the_top, lock_with_contract
from payments.gateways.base import DisputeState, Snapshot
from payments.models import Charge, Escrow, GatewayEvent, Payout, Settlement
from payments.services import chargebacks, following, inbox, reconciling
from payments.services.charging import charge_of


@dataclass(slots=True)
class Waiting:
    """What a charge pays for, locked: milestones and hours by their escrow, the rest is owed."""

    milestones: list[tuple[Milestone, Settlement]] = field(default_factory=list)
    invoices: list[tuple[Invoice, Settlement]] = field(default_factory=list)


def handle(*, event_pk: int) -> None:
    """The task that reads one event from the gateway; see settings.GATEWAY_EVENT_TASK."""
    inbox.handle(event_pk, at=clock.now(), reconcile=follow)


def handle_credit(*, charge_pk: int) -> None:
    """The task that pays a charge from the client's credit; see settings.CREDIT_CHARGE_TASK."""
    charge, at = Charge.objects.get(pk=charge_pk), clock.now()
    _follow(charge, lambda: following.paid_by_credit(charge_pk, at=at), at=at)


def follow(event: GatewayEvent, snapshot: Snapshot | None, *, at: datetime) -> object:
    """Bring everything to where the gateway's object is. Learning of it again does nothing."""
    if isinstance(snapshot, DisputeState) and (wanted := chargebacks.charge_of(snapshot)):
        return taken_back.follow(wanted, snapshot, at=at)
    charge = charge_of(snapshot) if snapshot is not None else None
    return _follow(charge, lambda: reconciling.reconcile(event, snapshot, at=at), at=at)


@transaction.atomic
def _follow(charge: Charge | None, news: Callable[[], object], *, at: datetime) -> object:
    waiting = _lock_what_waits(charge) if charge else Waiting()
    had_arrived = charge is not None and _has_arrived(charge)
    ours = news()  # posts to the books
    if isinstance(ours, Charge):
        for milestone, settlement in waiting.milestones:
            _tell_milestone(milestone, settlement, ours, at=at)
        if ours.state == Charge.State.SUCCEEDED and not had_arrived:
            for invoice, settlement in waiting.invoices:
                settlement.refresh_from_db()
                settlement.charge = ours
                _tell_invoice(invoice, settlement, at=at)
        receipts.write_for_charge(ours, at=at)
    elif isinstance(ours, Payout):
        receipts.take_back_advice(ours.pk)
    return ours


def _has_arrived(charge: Charge) -> bool:
    """Whether others have learned of it while we waited for our locks."""
    return Charge.objects.filter(pk=charge.pk, state=Charge.State.SUCCEEDED).exists()


def _lock_what_waits(charge: Charge) -> Waiting:
    """Contract, then milestone or invoice, by their keys, before payments lock anything."""
    waiting = Waiting()
    settlements = list(charge.settlements.all())
    by_escrow = {each.escrow_id: each for each in settlements if each.escrow_id}
    by_item = {each.open_item_id: each for each in settlements if each.open_item_id}
    funded = Milestone.objects.filter(escrow__in=by_escrow).values_list("contract_id", "pk")
    hours = Q(source=Invoice.Source.WEEK, escrow__in=by_escrow)
    owed = Invoice.objects.filter(Q(open_item__in=by_item) | hours)
    living = owed.exclude(state=Invoice.State.WITHDRAWN).values_list("contract_id", "pk")
    for _, pk, is_milestone in sorted(
        [(*found, True) for found in funded] + [(*found, False) for found in living]
    ):
        if is_milestone:
            _, milestone = lock_with_contract(pk)
            if milestone.escrow_id in by_escrow:
                waiting.milestones.append((milestone, by_escrow[milestone.escrow_id]))
        else:
            _, invoice = lock_from_the_top(pk)
            part = by_item.get(invoice.open_item_id or 0) or by_escrow[invoice.escrow_id or 0]
            waiting.invoices.append((invoice, part))
    return waiting


def _tell_invoice(invoice: Invoice, settlement: Settlement, *, at: datetime) -> None:
    if invoice.open_item_id:
        owing.note_payment(invoice.pk, settlement, at=at)
    elif Escrow.objects.filter(settlements=settlement, funded_by=settlement.charge).exists():
        weeks.note_funding(invoice.pk, at=at)


def _tell_milestone(
    milestone: Milestone, settlement: Settlement, charge: Charge, *, at: datetime
) -> None:
    if milestone.state != Milestone.State.FUNDING:
        return  # It knows already: events come more than once.
    assert settlement.escrow_id, "A milestone is paid for through its escrow."
    now = Escrow.objects.get(pk=settlement.escrow_id).state
    if now == Escrow.State.HELD:
        milestones.fund(milestone.pk, at=at)
    elif now == Escrow.State.DROPPED:
        milestones.fail(milestone.pk, at=at, reason=charge.problem)
