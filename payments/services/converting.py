"""Earnings in one currency are withdrawn in another: by a quote that was seen before.

The conversion is made when the freelancer agrees, and stays: if the withdrawal is cancelled or
comes back, it does so in the currency of the bank, and is withdrawn anew without another margin.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from billing_site.kernel.money import Money, show
from billing_site.kernel.sweeping import one_by_one
from billing_site.kernel.transitions import SYSTEM, NotAllowed, NotYours, WrongState, take
from billing_site.people.access import Deed, may
from billing_site.people.models import Organization, User
from billing_site.platform import operations
from ledger import movements
from ledger.movements import Movement
from ledger.queries.balances import spendable
from ledger.services.posting import post
from payments.models import Payout, PayoutMethod, Quote, Restriction
from payments.models.quote import RateIsOver
from payments.queries.conversion import conversion_of
from payments.queries.payout_cost import at_most, payout_fee
from payments.services import payouts, restricting

logger = logging.getLogger(__name__)
NOBODY_USED_IT = SYSTEM("nobody used it in time")


@transaction.atomic
def quote(
    *,
    organization: Organization,
    method: PayoutMethod,
    amount: Money,
    by: User,
    at: datetime,
) -> Quote:
    """Lock what *amount* becomes at this bank for a while. Nothing is converted yet.

    :raises NotYours: *by* may not withdraw for this organization.
    :raises NotAllowed: there is less available, no rate, or too little would be left.
    """
    if not may(by, Deed.WITHDRAW, organization):
        raise NotYours(f"It is not for {by} to withdraw what {organization} earned.")
    if method.organization_id != organization.pk or not method.is_active(at=at):
        raise NotAllowed(f"{method} cannot be paid now.")
    _check_available(organization, amount)
    found = conversion_of(amount, method.currency, at=at)
    fee = payout_fee(method.currency)
    if found.into <= fee:
        raise NotAllowed(f"A withdrawal has to be more than its fee of {show(fee)}.")
    return Quote.objects.create(
        organization=organization,
        method=method,
        currency=str(amount.currency),
        amount=amount,
        margin=found.margin,
        margin_bps=found.margin_bps,
        into_currency=method.currency,
        into=found.into,
        rate=found.mid.rate,
        rate_source=found.mid.source,
        rate_title=found.mid.title,
        rate_on=found.mid.on,
        asked_at=at,
        valid_until=at + timedelta(minutes=settings.QUOTE_MINUTES),
    )


@transaction.atomic
def renew(quote_id: int, *, by: User, at: datetime) -> Quote:
    """Lock the same sum for the same bank at the rate of now.

    :raises NotYours, NotAllowed: see `quote`.
    """
    old = Quote.objects.select_related("organization", "method").get(pk=quote_id)
    amount = old.amount
    assert old.method, "It is for a withdrawal; the database sees to it."
    return quote(organization=old.organization, method=old.method, amount=amount, by=by, at=at)


@transaction.atomic
def withdraw(quote_id: int, *, by: User, at: datetime, op_id: UUID | None = None) -> Payout:
    """Convert by exactly this quote, and withdraw what it makes. This posts: call it last.

    The same *op_id* again returns the payout that it made.

    :raises RateIsOver: its time has run out.
    :raises WrongState: it was used before.
    :raises NotYours: *by* may not withdraw for this organization.
    :raises NotAllowed: there is less available, or this bank cannot be paid now.
    """
    organization = Organization.objects.get(quotes=quote_id)
    if not may(by, Deed.WITHDRAW, organization):
        raise NotYours(f"It is not for {by} to withdraw what {organization} earned.")
    if op_id is not None:
        subject = f"organization/{organization.ref}"
        if not operations.once(user_id=by.pk, deed="withdraw", op_id=op_id, subject=subject, at=at):
            return Payout.objects.get(op_id=op_id)
    restricting.refuse_if_restricted(Restriction.Scope.PAYOUTS, organization, by)
    payee = payouts.lock_payee(organization)
    found = Quote.objects.lock(quote_id)
    if found.state != Quote.State.USED and not found.stands(at=at):
        raise RateIsOver(f"This rate was locked until {found.valid_until:%H:%M} UTC.")
    assert found.method_id, "It is for a withdrawal; the database sees to it."
    method = PayoutMethod.objects.lock(found.method_id)
    take(found.use, by=by, at=at)
    _check_available(organization, found.amount)
    cost = payouts.payable(payee, method, found.into, at=at)
    payout = payouts.set_apart(organization, method, cost, at=at, op_id=op_id, quote=found)
    payouts.book([_converted(found, by=by, at=at), payouts.requested(payout, by=by, at=at)])
    return payout


def expire_due(*, at: datetime) -> list[Quote]:
    """Close what nobody used, each as of its moment and in its own transaction."""
    found = Quote.objects.run_out(at=at).values_list("pk", "valid_until")
    return one_by_one(found, lambda row: _expire(row[0], at=row[1]), to="close quote")


@transaction.atomic
def exchanged(*, exchange: str, sold: Money, bought: Money, at: datetime) -> None:
    """Note that the platform exchanged its balance at the provider, which calls it *exchange*.

    The same one again changes nothing. This posts: call it last.

    :raises NotAllowed: it is of one currency, or of nothing.
    """
    if sold.currency == bought.currency or min(sold.amount, bought.amount) <= 0:
        raise NotAllowed("An exchange sells some of one currency and buys some of another.")
    post(movements.convert_treasury(exchange=exchange, sold=sold, bought=bought, at=at))


@transaction.atomic
def _expire(quote_id: int, *, at: datetime) -> Quote:
    found = Quote.objects.lock(quote_id)
    try:
        take(found.expire, by=NOBODY_USED_IT, at=at)
    except WrongState:
        logger.info("Quote %s was used meanwhile", found)
    return found


def _converted(found: Quote, *, by: User, at: datetime) -> Movement:
    return movements.convert_payout(
        quote=found.ref,
        freelancer=found.organization_id,
        amount=found.amount,
        margin=found.margin,
        into=found.into,
        at=at,
        actor=by.pk,
    )


def _check_available(organization: Organization, amount: Money) -> None:
    there = spendable(f"freelancer:{organization.pk}:available", str(amount.currency))
    if amount > there:
        raise NotAllowed(at_most(organization, str(amount.currency)))
