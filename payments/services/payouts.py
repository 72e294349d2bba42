"""A freelancer withdraws: available money is set apart, transferred, and paid to a bank."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from billing_site.kernel.money import Money, show
from billing_site.kernel.transitions import SYSTEM, NotAllowed, NotYours, WrongState, take
from billing_site.people.access import Deed, may
from billing_site.people.models import Organization, User
from billing_site.platform import operations
from billing_site.platform.queue import later
from ledger import movements
from ledger.movements import Movement
from ledger.services.posting import InsufficientFunds, post_many
from payments.gateways.sums import problem_with
from payments.models import Payee, Payout, PayoutMethod, PayoutSchedule, Quote, Restriction
from payments.queries.at_once import why_not_at_once
from payments.queries.payout_cost import (
    PayoutCost,
    at_most,
    at_once,
    begun,
    cost_of,
)
from payments.services import restricting, reviewing, telling
from payments.services.coming_back import lock_with_payee, put_back

LARGE = "One of our team looks at every withdrawal of this size before it is sent."


class JustUsed(NotAllowed):
    """It was available a moment ago; what is left can be withdrawn."""


@transaction.atomic
def request(
    *,
    organization: Organization,
    method: PayoutMethod,
    amount: Money,
    by: User,
    at: datetime,
    op_id: UUID | None = None,
    speed: Payout.Speed = Payout.Speed.STANDARD,
) -> Payout:
    """Withdraw *amount*, fee included, to *method*. It is sent when it can no longer be cancelled.

    What is to be paid at once is sent at once. The same *op_id* again returns the payout that
    it made. This posts: call it last.

    :raises NotYours: *by* may not withdraw for this organization.
    :raises NotAllowed: there is less available, or this bank cannot be paid now, or not so fast.
    """
    if not may(by, Deed.WITHDRAW, organization):
        raise NotYours(f"It is not for {by} to withdraw what {organization} earned.")
    if op_id is not None:
        subject = f"organization/{organization.ref}"
        if not operations.once(user_id=by.pk, deed="withdraw", op_id=op_id, subject=subject, at=at):
            return Payout.objects.get(op_id=op_id)
    return make(
        organization=organization,
        method=method,
        amount=amount,
        by=by,
        at=at,
        op_id=op_id,
        speed=speed,
    )


@transaction.atomic
def make(
    *,
    organization: Organization,
    method: PayoutMethod,
    amount: Money,
    by: User | SYSTEM,
    at: datetime,
    op_id: UUID | None = None,
    schedule: PayoutSchedule | None = None,
    seen_at: datetime | None = None,
    speed: Payout.Speed = Payout.Speed.STANDARD,
) -> Payout:
    """Set the sum apart, and have it sent. Whoever calls this knows that *by* may. This posts.

    *seen_at* is when its freelancer can first see it, where that is later than *at*: from then
    on it can be cancelled for a while.

    :raises NotAllowed: there is less available, this bank cannot be paid now, or they may not
        withdraw for a while.
    """
    restricting.refuse_if_restricted(Restriction.Scope.PAYOUTS, organization, by)
    payee = lock_payee(organization)
    cost = _agreed_cost(payee, PayoutMethod.objects.lock(method.pk), amount, at, speed)
    cost = begun(cost, organization, at=seen_at or at)
    payout = set_apart(organization, method, cost, at=at, op_id=op_id, schedule=schedule)
    book([requested(payout, by=by, at=at)])
    return payout


def set_apart(
    organization: Organization,
    method: PayoutMethod,
    cost: PayoutCost,
    *,
    at: datetime,
    op_id: UUID | None,
    schedule: PayoutSchedule | None = None,
    quote: Quote | None = None,
) -> Payout:
    """Write a withdrawal down that was checked, and who has to look at it. The caller posts."""
    payout = Payout.objects.create(
        freelancer=organization,
        method=method,
        quote=quote,
        currency=str(cost.amount.currency),
        amount=cost.amount,
        fee=cost.fee,
        speed=cost.speed,
        op_id=op_id,
        schedule=schedule,
        due_on=at.date() if schedule else None,
        requested_at=at,
        send_at=cost.send_at,
        arrives_on=cost.arrives_on,
    )
    later("payments.tasks.send_payout", after=payout.send_at, payout_pk=payout.pk)
    if cost.review_on:
        rule = SYSTEM("so large a sum is looked at first")
        reviewing.hold(payout.pk, reason=LARGE, review_on=cost.review_on, by=rule, at=at)
        payout.refresh_from_db()
    if schedule:
        telling.payout_scheduled(payout, at=at)
    return payout


def requested(payout: Payout, *, by: User | SYSTEM, at: datetime) -> Movement:
    return movements.request_payout(
        payout=payout.ref,
        freelancer=payout.freelancer_id,
        amount=payout.amount,
        fee=payout.fee,
        at=at,
        actor=None if isinstance(by, SYSTEM) else by.pk,
    )


def book(posts: Sequence[Movement]) -> None:
    """Post what sets a withdrawal apart, last.

    :raises JustUsed: what was available a moment ago was used otherwise.
    """
    try:
        post_many(posts)
    except InsufficientFunds as refusal:
        raise JustUsed("It was just used otherwise. Nothing was withdrawn.") from refusal


@transaction.atomic
def cancel(payout_id: int, *, by: User | SYSTEM, at: datetime) -> Payout:
    """Take a withdrawal back: all of it is in the balance again, the fee too.

    Once it is sent only the gateway can still call it off. This posts: call it last.

    :raises WrongState: it has been sent, or is over.
    :raises NotYours: *by* may not withdraw for this organization.
    """
    _, payout = lock_with_payee(payout_id)
    if payout.state == Payout.State.SENT and not isinstance(by, SYSTEM):
        raise WrongState("It has been sent: only your bank can say no to it now.")
    take(payout.cancel, by=by, at=at)
    put_back(payout, at=at, actor=None if isinstance(by, SYSTEM) else by.pk)
    return payout


def lock_payee(organization: Organization) -> Payee:
    """Hold everything that is withdrawn by *organization* until we commit.

    :raises NotAllowed: they have not said where they are paid.
    """
    try:
        return Payee.objects.lock_of(organization.pk)
    except Payee.DoesNotExist:
        raise NotAllowed("Say first where you want to be paid: add a payout method.") from None


def payable(
    payee: Payee,
    method: PayoutMethod,
    amount: Money,
    *,
    at: datetime,
    speed: Payout.Speed = Payout.Speed.STANDARD,
) -> PayoutCost:
    """Return what it costs to pay *amount* to this bank, wherever it comes from.

    :raises NotAllowed: this bank cannot be paid now, or not this sum, or not so fast.
    """
    organization = payee.organization
    if method.organization_id != organization.pk or str(amount.currency) != method.currency:
        raise NotAllowed(f"{method} cannot take this sum.")
    if method.removed_at:
        raise NotAllowed(f"{method} was removed on {method.removed_at:%-d %B %Y}. Choose another.")
    if method.is_doubted:
        raise NotAllowed(f"{method} cannot be paid to until we have looked whose it is.")
    if not method.is_active(at=at):
        raise NotAllowed(f"{method} can be paid to from {method.active_from:%-d %B %Y, %H:%M} UTC.")
    if not payee.may_be_paid:
        raise NotAllowed(f"You cannot be paid at present. {payee.why_not}".strip())
    if speed == Payout.Speed.INSTANT and (why := why_not_at_once(method, amount, at=at)):
        raise NotAllowed(f"{why} Nothing was withdrawn.")
    cost = cost_of(organization, amount, at=at)
    if speed == Payout.Speed.INSTANT:
        cost = at_once(cost, organization, at=at)
    if amount <= cost.fee:
        raise NotAllowed(f"A withdrawal has to be more than its fee of {show(cost.fee)}.")
    if problem := problem_with(cost.net, way="payout"):
        raise NotAllowed(f"{problem} Nothing was withdrawn.")
    return cost


def _agreed_cost(
    payee: Payee, method: PayoutMethod, amount: Money, at: datetime, speed: Payout.Speed
) -> PayoutCost:
    """Check what can be checked in words; the books would refuse the rest without any."""
    cost = payable(payee, method, amount, at=at, speed=speed)
    if cost.left.amount < 0:
        raise NotAllowed(at_most(payee.organization, method.currency))
    return cost
