"""Money goes back to who paid it. The gateway says when it has, and whether it could."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from billing_site.kernel.money import Money, currency_of, from_minor, to_minor
from billing_site.kernel.transitions import SYSTEM, take
from billing_site.people.access import Deed
from billing_site.people.mailing import contacts
from ledger import movements
from ledger.movements import Movement
from ledger.services.posting import post_many
from payments.gateways.base import RefundState, Status
from payments.models import Charge, Escrow, GatewayCommand, Refund, StrayPayment
from payments.models.terms import Part
from payments.services import going_back, short_funds, telling
from payments.services.commands import enqueue
from payments.services.keeping import refuse_if_wanted
from payments.services.other_currency import is_other_currency

BANK_TRANSFER = "customer_balance"  # the provider's word
ALL_CREDIT = SYSTEM("credit had paid all of it")
CHOSEN = SYSTEM("its client wanted to keep it as credit")
TOO_LITTLE = SYSTEM("it is less than a coin of what they paid in")
THE_GATEWAY = SYSTEM("the gateway said so")


def request(
    charge: Charge,
    *,
    amount: Money,
    payment_id: str,
    reason: str,
    at: datetime,
    escrow: Escrow | None = None,
    part: Part | None = None,
    stray: StrayPayment | None = None,
    is_credit: bool = False,
    as_credit: bool = False,
) -> Refund:
    """Write down that *amount* goes back, and have it sent. The caller has locked and posts.

    *as_credit*: its client wants to keep all of it with us, for what comes next.

    :raises NotAllowed: the client's bank wants the payment back, and has not decided.
    """
    to_credit, is_dust = amount - amount, False
    if payment_id == charge.payment_id:
        refuse_if_wanted(charge)
    if escrow:
        # What the charge brought goes back to it first; credit that paid the rest is credit.
        to_credit = max(amount - charge.refundable, to_credit)
        is_dust = not as_credit and going_back.is_dust(charge, amount - to_credit)
        if as_credit or is_dust:  # Dust nobody can send, and nothing else is to fail for it.
            to_credit = amount
    is_sent = stray is not None and charge.state == Charge.State.SUCCEEDED
    if escrow or is_credit or (is_sent and payment_id == charge.payment_id):
        charge.refunded += amount - to_credit
        charge.save(update_fields=["refunded"])
    refund = Refund.objects.create(
        charge=charge,
        escrow=escrow,
        stray=stray,
        is_credit=is_credit,
        currency=currency_of(amount),
        amount=amount,
        to_credit=to_credit,
        client_fee=part.client_fee if part else None,
        client_fee_tax=part.client_fee_tax if part else None,
        payment_id=payment_id,
        reason=reason,
        requested_at=at,
    )
    if not refund.sent_amount:
        why = CHOSEN if as_credit else TOO_LITTLE if is_dust else ALL_CREDIT
        take(refund.keep, by=why, at=at)
        return refund
    going_back.part_for(refund, charge, at=at)
    ask(refund, at=at)
    return refund


def ask(refund: Refund, *, at: datetime) -> None:
    """Have the gateway send it, in the currency that was paid in."""
    part = going_back.part_of_cause(refund)
    amount = part.amount if part else refund.sent_amount
    params = {
        "reference": refund.ref,
        "payment_id": refund.payment_id,
        "amount": to_minor(amount),
        "currency": currency_of(amount),
    }
    if refund.charge.way == BANK_TRANSFER:  # The provider has to ask them where to.
        params["email"] = next(
            (email for email, _ in contacts(refund.charge.client, Deed.FUND)), ""
        )
    enqueue(GatewayCommand.Kind.REFUND, refund, params, at=at)


@transaction.atomic
def sent(refund_id: int, *, state: RefundState, at: datetime) -> Refund:
    """The gateway took our request. Whether the money arrives, it will tell."""
    refund = Refund.objects.lock(refund_id)
    if refund.state == Refund.State.REQUESTED:  # Its event may be faster than the answer.
        take(refund.send, by=SYSTEM("the gateway took it"), at=at, refund_id=state.refund_id)
        _note_funds(refund, state, at)
    return refund


@transaction.atomic
def refused(refund_id: int, *, problem: str, at: datetime) -> Refund:
    """The gateway will not send it. The money stays set apart until somebody decides."""
    refund = Refund.objects.lock(refund_id)
    by = SYSTEM("the gateway refused it")
    take(refund.send, by=by, at=at, refund_id="")
    take(refund.fail, by=by, at=at, problem=problem[:300])
    telling.refund_failed(refund, at=at)
    return refund


@transaction.atomic
def follow(refund_id: int, state: RefundState, *, at: datetime) -> Refund:
    """Bring our refund to where the gateway's is; change nothing where it is there already."""
    refund = Refund.objects.lock(refund_id)
    is_new = refund.state == Refund.State.REQUESTED and state.refund_id != refund.refund_id
    if is_new:
        take(refund.send, by=THE_GATEWAY, at=at, refund_id=state.refund_id)
    if state.refund_id != refund.refund_id or refund.state == Refund.State.REQUESTED:
        return refund  # It is about an attempt before this one.
    _note_funds(refund, state, at)
    posts: list[Movement] = []
    if refund.state == Refund.State.SENT and state.status == Status.SUCCEEDED:
        posts += _succeed(refund, at)
    if state.status in {Status.FAILED, Status.CANCELLED}:
        posts += _fail(refund, state, at)
    posts += _booked(refund, state, at)
    if posts:
        post_many(posts)
    return refund


def _note_funds(refund: Refund, state: RefundState, at: datetime) -> None:
    """Our balance may not hold it yet: the provider sends it once it does, and finance is told."""
    is_known = refund.short_since is not None
    if refund.state != Refund.State.SENT or state.is_short == is_known:
        return
    refund.short_since = at if state.is_short else None
    refund.save(update_fields=["short_since"])
    if state.is_short:
        short_funds.tell_of_refund(refund, state.currency, at=at)


def _succeed(refund: Refund, at: datetime) -> list[Movement]:
    """A second attempt settles again, under a name of its own."""
    came_back = refund.changes.filter(was=Refund.State.SUCCEEDED).exists()
    take(refund.succeed, by=THE_GATEWAY, at=at)
    sent_as = refund.refund_id if came_back else ""
    settled = movements.settle_refund(
        refund=refund.ref, amount=refund.sent_amount, sent_as=sent_as, at=at
    )
    part = going_back.part_of_cause(refund)
    return [settled, *going_back.back(part, refund, at=at, again=sent_as)]


def _fail(refund: Refund, state: RefundState, at: datetime) -> list[Movement]:
    """It did not arrive, or came back after it had: it stays set apart until its client decides."""
    was = refund.state
    if was not in {Refund.State.SENT, Refund.State.SUCCEEDED}:
        return []
    problem = state.problem or "The bank did not take it."
    take(refund.fail, by=THE_GATEWAY, at=at, problem=problem[:300])
    telling.refund_failed(refund, at=at)
    if was == Refund.State.SENT:
        return []
    sent_as, part = refund.refund_id, going_back.part_of_cause(refund)
    unsettled = movements.unsettle_refund(
        refund=refund.ref, sent_as=sent_as, amount=refund.sent_amount, at=at
    )
    return [unsettled, *going_back.came_again(part, refund, at=at, again=sent_as)]


def _booked(refund: Refund, state: RefundState, at: datetime) -> list[Movement]:
    """What the provider's balance says of it: that it went, and if it did, that it came back."""
    line, settled_at = None, None
    if refund.state == Refund.State.SUCCEEDED and refund.settled_at is None:
        line, settled_at = state.line, at
    elif refund.state == Refund.State.FAILED and refund.settled_at is not None:
        line, settled_at = state.line_back, None
    if line is None or is_other_currency(line, state.currency):
        return []
    refund.settled_at = settled_at
    refund.save(update_fields=["settled_at"])
    return [
        movements.settle_provider_line(
            line=line.line_id,
            reference=("refund", refund.ref),
            amount=from_minor(line.amount, line.currency),
            cost=from_minor(line.cost, line.currency),
            at=at,
        )
    ]
