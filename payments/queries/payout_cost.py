"""What a withdrawal costs and when it arrives, before anybody decides."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.conf import settings

from billing_site.kernel.money import Money, currency_of, from_minor, share, show
from billing_site.kernel.periods import add_business_days
from billing_site.people.models import Organization
from ledger.queries.balances import balance, spendable
from payments.models import Payout

# How long a withdrawal can be taken back, and how long banks take from then on.
CANCEL_PERIOD = timedelta(minutes=30)
BANK_DAYS = 2
REVIEW_DAYS = 2  # business days in which we have looked at a large one
Speed = Payout.Speed


@dataclass(frozen=True, slots=True)
class PayoutCost:
    available: Money  # and free: what a bank may get back is not
    amount: Money
    fee: Money
    net: Money  # what reaches the bank
    left: Money  # what stays available; below zero if there is not enough
    send_at: datetime  # may be cancelled until then
    arrives_on: date
    speed: Payout.Speed = Speed.STANDARD
    review_on: date | None = None  # by when we have looked at so large a sum; sent after that


def cost_of(organization: Organization, amount: Money, *, at: datetime) -> PayoutCost:
    currency = currency_of(amount)
    available = spendable(f"freelancer:{organization.pk}:available", currency)
    fee = payout_fee(currency)
    cost = PayoutCost(
        available=available,
        amount=amount,
        fee=fee,
        net=amount - fee,
        left=available - amount,
        send_at=at,
        arrives_on=at.date(),
    )
    return begun(cost, organization, at=at)


def begun(cost: PayoutCost, organization: Organization, *, at: datetime) -> PayoutCost:
    """Return the same cost with the times that follow if it can be cancelled from *at* on.

    What is to be paid at once is sent at once, and cannot. What we look at first is sent once we
    have, and can be cancelled until then.
    """
    send_at = at if cost.speed == Speed.INSTANT else at + CANCEL_PERIOD
    if not needs_review(cost.amount):
        arrives_on = arrival(cost.speed, organization, sent_at=send_at)
        return replace(cost, send_at=send_at, arrives_on=arrives_on)
    review_on = add_business_days(at.date(), REVIEW_DAYS, organization.country)
    arrives_on = add_business_days(review_on, BANK_DAYS, organization.country)
    return replace(cost, send_at=send_at, review_on=review_on, arrives_on=arrives_on)


def at_once(cost: PayoutCost, organization: Organization, *, at: datetime) -> PayoutCost:
    """Return what the same sum costs if it is paid at once."""
    fee = instant_fee(cost.amount)
    faster = replace(cost, fee=fee, net=cost.amount - fee, speed=Speed.INSTANT)
    return begun(faster, organization, at=at)


def arrival(speed: str, organization: Organization, *, sent_at: datetime) -> date:
    """Return by which day what is sent at a moment is at the bank."""
    if speed == Speed.INSTANT:
        return (sent_at + instant_takes()).date()
    return add_business_days(sent_at.date(), BANK_DAYS, organization.country)


def at_most(organization: Organization, currency: str) -> str:
    """Say how much can be withdrawn, and what is kept of the rest."""
    code = f"freelancer:{organization.pk}:available"
    free = spendable(code, currency)
    words = f"You can withdraw at most {show(free)} now."
    kept = balance(code, currency) - free
    if kept.amount > 0:
        words += f" {show(kept)} more is kept until a client's bank has decided."
    return words


def needs_review(amount: Money) -> bool:
    """Tell whether somebody of finance operations looks at so large a withdrawal first."""
    from_ = from_minor(settings.PAYOUT_REVIEW_FROM_MINOR[currency_of(amount)], currency_of(amount))
    return amount >= from_


def payout_fee(currency: str) -> Money:
    """What we keep of each withdrawal, whatever its size."""
    return from_minor(settings.PAYOUT_FEE_MINOR[currency], currency)


def instant_fee(amount: Money) -> Money:
    """What we keep of a withdrawal that is paid at once: a part of it, and at least so much."""
    currency = currency_of(amount)
    least = from_minor(settings.INSTANT_FEE_LEAST_MINOR[currency], currency)
    return max(least, share(amount, basis_points=settings.INSTANT_FEE_BPS))


def instant_takes() -> timedelta:
    return timedelta(minutes=settings.INSTANT_MINUTES)
