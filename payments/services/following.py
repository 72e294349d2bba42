"""What the gateway says of a payment, and what that means for the charge."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from billing_site.kernel.money import currency_of, from_minor, show, to_minor, zero
from billing_site.kernel.transitions import SYSTEM, take
from ledger import movements
from ledger.movements import Movement
from ledger.services.posting import post_many
from payments.gateways.base import CheckoutState, PaymentState, Status
from payments.models import Charge, Escrow, OpenItem, Settlement
from payments.services import (
    arrears,
    bank_transfers,
    by_credit,
    charging,
    collected_pages,
    currency_choices,
    late_transfers,
    open_items,
    own_currency,
    promising,
    straying,
    telling_of_expiry,
    trying,
)
from payments.services import escrow as holding
from payments.services.calling_off import call_off

THE_GATEWAY = SYSTEM("the gateway said so")
ITS_RATE_IS_OVER = "It was paid at a rate that is over."
ITS_CREDIT = SYSTEM("the client's credit pays all of it")
REFUSED = {
    Status.FAILED: "The bank did not pay.",
    Status.CANCELLED: "It was called off at the payment provider.",
}


@transaction.atomic
def checkout(charge_id: int, page: CheckoutState, *, at: datetime) -> Charge:
    """Bring the charge to where its payment page is: paid, being paid, or expired."""
    if page.payment is not None:
        charge = payment(charge_id, page.payment, at=at)
    else:
        charge, _ = charging.lock(charge_id)
    may_expire = page.status == Status.CANCELLED and charge.waits_for_payer
    if may_expire and collected_pages.is_collected(charge):
        return collected_pages.page_closed(charge_id, session_id=page.session_id, at=at)
    if may_expire:
        charge = charging.cancel(charge_id, by=SYSTEM("its payment page expired"), at=at)
        telling_of_expiry.expired(charge, at=at)
        return charge
    return charge


@transaction.atomic
def payment(charge_id: int, state: PaymentState, *, at: datetime) -> Charge:
    """Bring the charge to where its payment is; change nothing where it is there already.

    Money that nothing waits for (a second payment, one that came after we gave up, another
    sum than ours) funds nothing: it is set apart and goes back. Posts to the books, last.
    """
    charge, settlements = charging.lock(charge_id)
    posts: list[Movement] = []
    if state.wire is not None:
        promising.note(charge, state, at=at)
        _note_problem(charge, state)
    elif state.status == Status.SUCCEEDED:
        promising.end(charge, state.payment_id, at=at)
        if late_transfers.is_late(charge, state):
            if kept := late_transfers.keep(charge, state, at=at):
                post_many(kept)
            return charge
        posts += _arrived(charge, settlements, state, at)
    elif state.status == Status.CANCELLED and promising.over(charge, state.payment_id, at=at):
        return Charge.objects.lock(charge_id)
    elif charge.is_waiting:
        _not_yet(charge, settlements, state, at)
    posts += straying.booked(charge, state, at)
    if posts:
        post_many(posts)
    return charge


def _arrived(
    charge: Charge, settlements: list[Settlement], state: PaymentState, at: datetime
) -> list[Movement]:
    if charge.state == Charge.State.SUCCEEDED and charge.payment_id == state.payment_id:
        return []
    charged = charge.charged
    is_asked = (state.amount, state.currency) == (to_minor(charged), currency_of(charged))
    if not is_asked and currency_choices.was_asked_before(charge, state.amount, state.currency):
        if charge.is_waiting and collected_pages.is_collected(charge):
            _reopen(charge, replace(state, problem=ITS_RATE_IS_OVER), at, by_page=True)
        return straying.set_apart(charge, state, "It is at a rate that is over", at)
    trying.arrived(charge, payment_id=state.payment_id, at=at)
    if not charge.is_waiting:
        return straying.set_apart(
            charge, state, f"It arrived when the payment was {charge.state}", at
        )
    if charge.state != Charge.State.PROCESSING:
        _submit(charge, state, at)
    if not is_asked:
        _fail(charge, settlements, "The sum that was paid is not the sum that was asked.", at)
        return straying.set_apart(charge, state, "It is not the sum that was asked", at)
    charge.way = state.kind or charge.way
    charge.payment_id = state.payment_id  # Another one may be on its way, and is then a stray.
    paid_by = by_credit.method_of(charge, state.method)[:60]
    take(charge.succeed, by=THE_GATEWAY, at=at, paid_by=paid_by)
    return _settle_all(charge, settlements, at)


@transaction.atomic
def paid_by_credit(charge_id: int, *, at: datetime) -> Charge:
    """Settle a charge that the client's credit pays whole. Posts to the books, last.

    Doing it again, or after it was cancelled, changes nothing.
    """
    charge, settlements = charging.lock(charge_id)
    if charge.state != Charge.State.BEGUN or charge.asked:
        return charge
    paid_by = by_credit.method_of(charge, "")
    take(charge.submit, by=ITS_CREDIT, at=at, paid_by=paid_by, payment_id="")
    take(charge.succeed, by=ITS_CREDIT, at=at, paid_by=paid_by)
    post_many(_settle_all(charge, settlements, at))
    return charge


def _settle_all(charge: Charge, settlements: list[Settlement], at: datetime) -> list[Movement]:
    call_off(charge, at=at)
    paid = OpenItem.objects.asked_for_by(charge)  # Others may still be collected for it.
    trying.review_all_for(paid, cause=str(charge.pk), but=charge)
    posts = [post for each in settlements for post in _settle(charge, each, at)]
    arrears.end_if_paid(charge.client_id, at=at)
    return by_credit.spend(charge, posts, at=at) + own_currency.arrived(charge, at=at)


def _settle(charge: Charge, settlement: Settlement, at: datetime) -> list[Movement]:
    """Bring a part of the charge to what it is for; what that does not need any more is credit."""
    escrow, item, needed = settlement.escrow, settlement.open_item, zero(charge.currency)
    if escrow is None and item is None:
        return [bank_transfers.settle(charge, settlement, at=at)]
    posts: list[Movement] = []
    if escrow and escrow.state == Escrow.State.EXPECTED:
        needed = settlement.amount
        credit = settlement.credit
        posts.append(holding.fund(escrow, charge=charge, from_credit=credit, at=at))
    elif (item := item or _advance_of(escrow)) and item.is_open:
        needed = min(settlement.amount, item.owed)
        # What came through the provider goes first: credit that is not needed has not moved.
        credit = max(needed - (settlement.amount - settlement.credit), needed - needed)
        posts += open_items.pay(
            item, settlement, charge=charge, amount=needed, from_credit=credit, at=at
        )
    settlement.kept, settlement.settled_at = settlement.amount - needed, at
    settlement.save(update_fields=["kept", "settled_at"])
    brought = settlement.amount - settlement.credit
    if brought > needed:
        posts.append(
            movements.keep_payment(
                settlement=settlement.reference,
                charge=charge.ref,
                client=charge.client_id,
                amount=brought - needed,
                at=at,
            )
        )
    return posts


def _advance_of(escrow: Escrow | None) -> OpenItem | None:
    """What is owed because the platform filled the escrow in the client's stead, locked."""
    found = OpenItem.objects.filter(escrow=escrow).values_list("pk", flat=True).first()
    return OpenItem.objects.lock(found) if escrow and found else None


def _not_yet(
    charge: Charge, settlements: list[Settlement], state: PaymentState, at: datetime
) -> None:
    """On its way, in need of somebody, refused or failed. A refusal leaves the page open."""
    if state.status in {Status.FAILED, Status.CANCELLED} and collected_pages.is_collected(charge):
        _reopen(charge, state, at)
        return
    is_over = state.status in {Status.FAILED, Status.CANCELLED}
    moved_on = is_over or state.status in {Status.PROCESSING, Status.ACTION_NEEDED}
    if (moved_on and charge.state == Charge.State.BEGUN) or (
        state.status == Status.PROCESSING and charge.state == Charge.State.ACTION_NEEDED
    ):
        _submit(charge, state, at)
    if state.status == Status.ACTION_NEEDED and charge.state == Charge.State.PROCESSING:
        take(charge.require_action, by=THE_GATEWAY, at=at)
    elif is_over:
        if charge.state == Charge.State.ACTION_NEEDED:
            _submit(charge, state, at)
        _fail(charge, settlements, state.problem or REFUSED[state.status], at)
    else:
        _note_problem(charge, state)


def _note_problem(charge: Charge, state: PaymentState) -> None:
    if charge.is_waiting and (words := _words_of(state)) and charge.problem != words:
        charge.problem = words[:300]
        charge.save(update_fields=["problem"])


def _words_of(state: PaymentState) -> str:
    """Why it is not paid yet: refused on a page that is open still, or paid in part."""
    if state.missing:
        there = from_minor(state.amount - state.missing, state.currency)
        missing = show(from_minor(state.missing, state.currency))
        return f"{show(there)} has arrived by bank transfer, and {missing} is missing."
    return state.problem if state.status == Status.OPEN else ""


def _reopen(charge: Charge, state: PaymentState, at: datetime, *, by_page: bool = False) -> None:
    """What is collected does not fail: it is tried in another way, or waits for one.

    What was refused at once, its call is answered with; and what somebody tried before what is
    on its way now is of no consequence. *by_page*: nothing that they saved was charged for it.
    """
    if charge.state == Charge.State.BEGUN or charge.payment_id != state.payment_id:
        return
    words = state.problem or "The bank did not pay."
    take(charge.reopen, by=THE_GATEWAY, at=at, problem=words[:300])
    trying.failed(charge, payment_id=state.payment_id, words=words, at=at, by_page=by_page)


def _submit(charge: Charge, state: PaymentState, at: datetime) -> None:
    charge.arrives_on = state.arrives_on
    charge.way = state.kind or charge.way
    take(charge.submit, by=THE_GATEWAY, at=at, paid_by=state.method, payment_id=state.payment_id)


def _fail(charge: Charge, settlements: list[Settlement], problem: str, at: datetime) -> None:
    take(charge.fail, by=THE_GATEWAY, at=at, problem=problem[:300])
    by_credit.let_go(charge, at=at)
    charging.drop(settlements, why="the payment failed", at=at)
