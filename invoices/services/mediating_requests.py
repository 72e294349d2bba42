"""Released money in dispute: staff mediates for thirty days, and only the freelancer gives it.

Nobody decides here. What was paid is the freelancer's; a mediator reads both sides and writes
to both, and money moves when the freelancer agrees to a sum.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from billing_site.kernel.money import Money, show, zero
from billing_site.kernel.sweeping import one_by_one
from billing_site.kernel.transitions import SYSTEM, NotAllowed, NotYours, WrongState, take
from billing_site.people.models import Membership, User
from invoices.models import RefundRequest
from invoices.models.refund_request import MEDIATED_FOR
from invoices.queries.mediation import why_no_mediator
from invoices.services import refund_letters, released_requests
from invoices.services.closing import close_if_done
from invoices.services.locking import lock_request
from invoices.services.repeating import is_repeated

MAY = "disputes.mediate_dispute"
OVER = SYSTEM("thirty days of mediation are over")
State = RefundRequest.State


@transaction.atomic
def dispute(request_id: int, *, by: User, at: datetime, op_id: UUID | None = None) -> RefundRequest:
    """Have somebody mediate about released money, for thirty days. Nothing moves by it.

    :raises WrongState: it was granted, withdrawn or closed.
    :raises NotYours: *by* speaks for neither side.
    :raises NotAllowed: it is about held money, about which a dispute is opened; it was paid too
        long ago, or another request about its invoice runs.
    """
    request = _lock(request_id)
    if is_repeated(by, "request.mediate", f"request/{request.ref}", op_id=op_id, at=at):
        return request
    if why_not := why_no_mediator(request, at=at):
        raise NotAllowed(why_not)
    take(request.dispute, by=by, at=at)
    refund_letters.tell_of_mediation(request, by=by, until=at + MEDIATED_FOR, at=at)
    return request


@transaction.atomic
def agree(
    request_id: int,
    *,
    amount: Money | None = None,
    by: User,
    at: datetime,
    op_id: UUID | None = None,
) -> RefundRequest:
    """The freelancer gives *amount* (net) back: all that was asked, unless told. Posts, last.

    :raises WrongState: it is not in dispute.
    :raises NotYours: *by* does not work for the freelancer.
    :raises NotAllowed: it is more than was asked, or than is left.
    """
    request = _lock(request_id)
    if is_repeated(by, "request.agree", f"request/{request.ref}", op_id=op_id, at=at):
        return request
    if request.state != State.DISPUTED:
        raise WrongState(f"{request} is {request.get_state_display()}.")
    asked = request.asked_net
    if amount is not None and not zero(request.currency) < amount <= asked:
        raise NotAllowed(f"{show(asked)} was asked, without VAT: name that or less.")
    take(request.grant, by=by, at=at)
    released_requests.carry_out(request, by=by, at=at, amount=amount)
    return request


@transaction.atomic
def advise(request_id: int, *, reason: str, by: User, at: datetime) -> RefundRequest:
    """A mediator writes to both sides, as a letter; it binds nobody.

    :raises NotYours: *by* mediates nothing, or belongs or belonged to a side.
    :raises WrongState: it is not in dispute.
    """
    request = _lock(request_id)
    _check_mediates(request, by)
    if request.state != State.DISPUTED:
        raise WrongState(f"{request} is {request.get_state_display()}.")
    refund_letters.tell_of_advice(request, words=reason, at=at)
    return request


@transaction.atomic
def close(request_id: int, *, reason: str, by: User, at: datetime) -> RefundRequest:
    """A mediator ends it: what was paid stays where it is. Both sides read *reason*.

    :raises NotYours: *by* mediates nothing, or belongs or belonged to a side.
    :raises WrongState: it is not in dispute.
    """
    request = _lock(request_id)
    _check_mediates(request, by)
    _close(request, SYSTEM("our mediator ended it"), words=reason, at=at)
    return request


def close_unmediated(*, at: datetime) -> list[RefundRequest]:
    """Close what was in dispute for thirty days, as of that day, each on its own."""
    mediated = RefundRequest.objects.mediated()
    due = mediated.filter(answered_at__lte=at - MEDIATED_FOR).order_by("answered_at", "pk")
    return one_by_one(due.values_list("pk", flat=True), _end, to="close refund request")


def _end(request_id: int) -> RefundRequest:
    request = _lock(request_id)
    words = "Thirty days are over, and you did not agree."
    _close(request, OVER, words=words, at=request.mediated_until)
    return request


def _lock(request_id: int) -> RefundRequest:
    request = lock_request(request_id)
    if request.kind != RefundRequest.Kind.RELEASED:
        raise NotAllowed("Held money is divided by a dispute about it.")
    return request


def _close(request: RefundRequest, by: SYSTEM, *, words: str, at: datetime) -> None:
    take(request.close, by=by, at=at, note=words)
    refund_letters.tell_of_end(request, words=words, at=at)
    close_if_done(request.contract, at=at)


def _check_mediates(request: RefundRequest, by: User) -> None:
    contract = request.contract
    sides = (contract.client_id, contract.freelancer_id)
    if not (by.is_active and by.is_staff and by.has_perm(MAY)):
        raise NotYours(f"{by} is no mediator.")
    if Membership.objects.filter(user=by, organization__in=sides).exists():
        raise NotYours(f"{by} belongs or belonged to one of the sides.")
