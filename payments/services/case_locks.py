"""A case with everything that it is about, locked in the one order, as the provider shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from billing_site.kernel.money import from_minor
from payments.gateways.base import DisputeState
from payments.models import Charge, Chargeback, Escrow, Lot, OpenItem, Payee, Payout, StrayPayment
from payments.services import coming_back, going_back, losses


@dataclass(frozen=True, slots=True)
class Locked:
    case: Chargeback  # with what is told of it
    was: str  # the state before; empty: it is new
    escrows: Sequence[Escrow]
    lots: Sequence[Lot]  # in the order in which they are taken
    unsent: Sequence[Payout]  # what their freelancers withdrew, and nobody has sent


def lock(charge_id: int, state: DisputeState, *, at: datetime) -> Locked:
    charge, stray = Charge.objects.get(pk=charge_id), stray_of(state)
    concerned = [] if stray else losses.escrows_of(charge)
    escrows = [Escrow.objects.lock(pk) for pk in concerned]
    for item_id in losses.items_of(state.dispute_id):
        OpenItem.objects.lock(item_id)
    charge = Charge.objects.lock(charge_id)
    stray = stray_of(state)  # Somebody may have found out meanwhile whose it is.
    brought = [] if stray else [Lot.objects.lock(pk) for pk in losses.lots_of(charge)]
    lots = losses.as_they_are_taken(brought)
    freelancers = sorted({lot.freelancer_id for lot in lots})
    for freelancer_id in freelancers:
        Payee.objects.lock_if_there(freelancer_id)  # before their accounts, as withdrawals do
    unsent = coming_back.lock_unsent(freelancers, lots[0].currency) if lots else []
    case, was = _case(charge, state, stray, at=at)
    return Locked(case, was, escrows, lots, unsent)


def stray_of(state: DisputeState) -> StrayPayment | None:
    """What was found to be its client's is the charge's own, unless its case began before that."""
    found = StrayPayment.objects.filter(payment_id=state.payment_id)
    is_apart = Q(matched_at=None) | Q(chargebacks__dispute_id=state.dispute_id)
    return found.filter(is_apart).first()


def _case(
    charge: Charge, state: DisputeState, stray: StrayPayment | None, *, at: datetime
) -> tuple[Chargeback, str]:
    """Return the case with what is told of it, and the state in which it was."""
    found = Chargeback.objects.filter(dispute_id=state.dispute_id).values_list("pk", flat=True)
    pk = found.first()
    if pk is None:
        case = Chargeback(charge=charge, dispute_id=state.dispute_id, opened_at=at)
        case.currency = charge.currency if charge.quote else state.currency
    else:
        case = Chargeback.objects.lock(pk)
    was = str(case.state) if pk else ""
    case.charge, case.stray = charge, stray
    if case.taken_at is None:
        wanted = from_minor(state.amount, state.currency)
        case.amount = wanted if stray else going_back.worth(charge, wanted)
    case.reason, case.said = state.reason[:60], state.status[:60]
    if case.answer_by != state.answer_by:
        case.answer_by, case.reminded_at = state.answer_by, None
    case.save()
    return case, was
