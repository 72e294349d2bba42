"""A client asks for held money back, naming what the freelancer keeps. Silence grants it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from billing_site.kernel.money import Money, included, share, show, zero
from billing_site.kernel.transitions import SYSTEM, NotAllowed, NotYours, WrongState, take
from billing_site.people.access import Deed, may
from billing_site.people.models import User
from invoices.models import Contract, Invoice, Milestone, RefundRequest
from invoices.models.refund_request import ANSWER_WITHIN
from invoices.services import refund_letters, released_requests, settling
from invoices.services.locking import lock_request, lock_with_contract
from invoices.services.repeating import is_repeated, sent
from invoices.services.telling import date_words

ANEW = SYSTEM("it was asked anew")
PAID = SYSTEM("it was paid in full")


@transaction.atomic
def ask(
    milestone_id: int,
    *,
    keeps: Money | None,
    by: User,
    at: datetime,
    reason: str = "",
    as_credit: bool = False,
    op_id: UUID | None = None,
) -> RefundRequest:
    """Ask for what is held, but for *keeps* (net), which the freelancer gets for their work.

    It goes back to where it was paid from, or, *as_credit*, is kept with us for what comes next.
    They have seven days; silence grants it. What was asked before about the same money is
    withdrawn.

    :raises NotAllowed: nothing is held, its invoice waits for the client, or nothing is asked.
    :raises NotYours: *by* does not speak for the client, or may not approve *keeps*.
    """
    _, milestone = lock_with_contract(milestone_id)
    form = sent(by, "milestone.ask_back", f"milestone/{milestone.ref}", op_id=op_id, at=at)
    if form.is_again:
        return milestone.refund_requests.get(ref__in=form.made)
    if keeps is None:
        raise NotAllowed(f"Say how much of it {milestone.contract.freelancer} keeps.")
    asked = begin(milestone, keeps=keeps, reason=reason, as_credit=as_credit, by=by, at=at)
    return form.answer(asked)


def begin(
    milestone: Milestone,
    *,
    keeps: Money,
    by: User,
    at: datetime,
    reason: str = "",
    as_credit: bool = False,
) -> RefundRequest:
    """As `ask`, of a milestone that the caller has locked, and its contract before it."""
    contract, held = milestone.contract, held_money(milestone)
    offered = offer_of(milestone, keeps)
    check_consent(contract, offered, by=by)
    if offered >= held:
        raise NotAllowed(f"That is all of the {show(held)}. Pay it in full instead.")
    withdraw_asked(milestone, by=ANEW, at=at)
    request = RefundRequest.objects.create(
        contract=contract,
        kind=RefundRequest.Kind.HELD,
        milestone=milestone,
        currency=milestone.currency,
        held=held,
        offered_net=keeps,
        offered=offered,
        reason=reason,
        as_credit=as_credit,
        asked_by=by,
        asked_at=at,
        answer_by=at + ANSWER_WITHIN,
    )
    refund_letters.tell_of_asking(request, at=at)
    return request


@transaction.atomic
def grant(request_id: int, *, by: User, at: datetime, op_id: UUID | None = None) -> RefundRequest:
    """Agree. Of held money the freelancer's part is paid with an invoice, the rest goes back;
    of released money the invoice is credited, and the client has it as credit.

    :raises WrongState: it was answered, or its time is over.
    :raises NotYours: *by* does not work for the freelancer.
    """
    request = lock_request(request_id)
    if is_repeated(by, "refund.grant", f"refundrequest/{request.ref}", op_id=op_id, at=at):
        return request
    _check_time(request, at=at)
    take(request.grant, by=by, at=at)
    if request.kind == RefundRequest.Kind.RELEASED:
        released_requests.carry_out(request, by=by, at=at)
    else:
        carry_out(request, by=by, at=at)
    return request


@transaction.atomic
def refuse(
    request_id: int, *, reason: str, by: User, at: datetime, op_id: UUID | None = None
) -> RefundRequest:
    """Decline, saying why. Held money stays held, until both agree or somebody mediates.

    :raises WrongState: it was answered, or its time is over.
    :raises NotYours: *by* does not work for the freelancer.
    """
    request = lock_request(request_id)
    if is_repeated(by, "refund.refuse", f"refundrequest/{request.ref}", op_id=op_id, at=at):
        return request
    if not reason.strip():
        raise NotAllowed("Say why: the other side reads it.")
    _check_time(request, at=at)
    take(request.refuse, by=by, at=at, note=reason)
    refund_letters.tell_of_refusal(request, reason=reason, at=at)
    return request


@transaction.atomic
def pay_in_full(
    milestone_id: int, *, by: User, at: datetime, op_id: UUID | None = None
) -> Milestone:
    """Give the freelancer all that is held, delivered or not. What was asked back is withdrawn.

    :raises NotAllowed: nothing is held, or its invoice waits for the client.
    :raises NotYours: *by* does not approve this much for the client.
    """
    contract, milestone = lock_with_contract(milestone_id)
    if is_repeated(by, "milestone.pay", f"milestone/{milestone.ref}", op_id=op_id, at=at):
        return milestone
    check_consent(contract, held_money(milestone), by=by)
    return _pay(milestone, approved_by=by, at=at)


@transaction.atomic
def pay_as_decided(milestone_id: int, *, decided_by: User, at: datetime) -> Milestone:
    """Pay in full what a client decided on when the contract ended."""
    _, milestone = lock_with_contract(milestone_id)
    if milestone.state != Milestone.State.FUNDED:
        return milestone  # The job runs at least once; the first run did it.
    return _pay(milestone, approved_by=decided_by, at=at)


def carry_out(request: RefundRequest, *, by: User | SYSTEM, at: datetime) -> None:
    """Do what was granted in this transaction. Posts to the books, last."""
    milestone = request.milestone
    assert milestone, "Held money is a milestone's."
    refund_letters.tell_of_grant(request, by_silence=isinstance(by, SYSTEM), at=at)
    settling.settle(
        milestone,
        net=request.offered_net,
        gross=request.offered,
        approved_by=request.asked_by,
        by=by,
        at=at,
        as_credit=request.as_credit,
    )


def check_consent(contract: Contract, offered: Money, *, by: User) -> None:
    """Whoever lets the freelancer keep something approves it, within their limit."""
    if not may(by, Deed.OFFER, contract.client):
        raise NotYours(f"It is not for {by} to decide about held money of {contract.client}.")
    if not offered:
        return
    if not may(by, Deed.APPROVE, contract.client, offered):
        raise NotYours(f"It is not for {by} to approve {show(offered)} for {contract.client}.")
    if contract.client.wants_two_for(offered):
        raise NotAllowed(
            f"Two people approve {show(offered)} for {contract.client}: have the work delivered, "
            "and approve its invoice."
        )


def held_money(milestone: Milestone) -> Money:
    """Return what is held for a locked milestone and not being reviewed.

    :raises NotAllowed: nothing is, or it is to be approved or returned first.
    """
    if (
        milestone.state != Milestone.State.FUNDED
        or milestone.contract.state not in Contract.IN_FORCE
    ):
        raise NotAllowed(f"Nothing is held for {milestone} now.")
    if milestone.invoices.filter(state__in=Invoice.REVIEWED).exists():
        raise NotAllowed(
            f"The invoice for {milestone} waits for an answer: approve it, or ask for changes."
        )
    assert milestone.escrow, "Work starts funded; the database sees to it."
    return milestone.escrow.remaining


def offer_of(milestone: Milestone, keeps: Money) -> Money:
    """Return *keeps* with the freelancer's VAT.

    :raises NotAllowed: it is less than nothing, more than the price, or in other money.
    """
    if keeps.currency != milestone.price.currency:
        raise NotAllowed(f"{milestone} is paid in {milestone.currency}.")
    if not zero(milestone.currency) <= keeps <= milestone.price:
        raise NotAllowed(f"Name a sum between nothing and {show(milestone.price)}.")
    return keeps + share(keeps, basis_points=milestone.contract.tax_bps)


def withdraw_asked(milestone: Milestone, *, by: SYSTEM, at: datetime) -> None:
    for pk in milestone.refund_requests.asked().order_by("pk").values_list("pk", flat=True):
        request = RefundRequest.objects.lock(pk)
        _check_time(request, at=at)
        take(request.withdraw, by=by, at=at)


def _pay(milestone: Milestone, *, approved_by: User, at: datetime) -> Milestone:
    withdraw_asked(milestone, by=PAID, at=at)
    held = milestone.escrow
    assert held, "Work starts funded; the database sees to it."
    tax = milestone.tax
    if held.remaining != milestone.gross:  # A bank took a part of it.
        tax = included(held.remaining, basis_points=milestone.contract.tax_bps)
    settling.settle(
        milestone,
        net=held.remaining - tax,
        gross=held.remaining,
        approved_by=approved_by,
        by=approved_by,
        at=at,
    )
    return milestone


def _check_time(request: RefundRequest, *, at: datetime) -> None:
    """A late sweep is no reason to take back what silence has decided."""
    if request.is_asked and at >= request.answer_by:
        raise WrongState(
            f"The time to answer ended on {date_words(request.answer_by)}: {request.silence_words}."
        )
