"""Rates of currencies that the provider has not: entered by one of finance, used by two's word."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from billing_site.kernel.money import EXPONENTS
from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people import staff
from billing_site.people.models import User
from billing_site.platform import audit
from payments import rates
from payments.models import ExchangeRate, HouseRate
from payments.models.house_rate import DECIDE, STANDS_FOR

SOON = timedelta(days=1)


@transaction.atomic
def enter(
    currency: str,
    per_euro: Decimal,
    *,
    reason: str,
    by: User,
    at: datetime,
    stands_for: timedelta = STANDS_FOR,
) -> HouseRate:
    """Say what one euro is worth in *currency*. Nothing is converted at it before another agrees.

    *reason* is where it is from.

    :raises NotYours: *by* is not of finance operations.
    :raises NotAllowed: it is no rate of a currency that is enabled here, the provider has the
        currency, or it would stand for too long.
    """
    if not staff.holds(by, DECIDE):
        raise NotYours(f"It is not for {by} to say what a currency is worth.")
    if currency not in EXPONENTS or currency == "EUR":
        raise NotAllowed(f"{currency} is no currency that needs a rate here.")
    if not reason.strip():
        raise NotAllowed("Say where it is from: the second person decides by it.")
    if not per_euro.is_finite() or not 0 < per_euro < 10**9 or per_euro != round(per_euro, 10):
        raise NotAllowed(f"{per_euro} is no rate: write what one euro is worth, such as 0.3341.")
    if not timedelta() < stands_for <= STANDS_FOR:
        raise NotAllowed(f"A rate of ours stands for {STANDS_FOR.days} days at most.")
    _refuse_if_quoted(currency, at=at)
    entered = HouseRate.objects.create(
        currency=currency,
        per_euro=per_euro,
        reason=reason.strip(),
        valid_from=at,
        valid_until=at + stands_for,
        entered_by=by,
        entered_at=at,
    )
    audit.record(by, "rate.entered", f"rate/{entered.ref}", at=at, why=reason, rate=str(entered))
    staff.tell(
        DECIDE,
        if_=lambda user: user.pk != by.pk,
        text=f"{by} entered a rate of {entered}. A second person confirms it.",
        url=reverse("admin:payments_houserate_changelist"),
        key=f"rate/{entered.ref}",
        at=at,
    )
    return entered


@transaction.atomic
def confirm(rate_id: int, *, reason: str, by: User, at: datetime) -> HouseRate:
    """Let it be used, as the second person.

    :raises NotYours: *by* entered it, or is not of finance operations.
    :raises WrongState: somebody decided, its time is over, or one that was entered later was
        confirmed before.
    :raises NotAllowed: the provider has the currency by now.
    """
    rate = _undecided(rate_id, by=by)
    if rate.entered_by_id == by.pk:
        raise NotYours("You entered it: it takes two people, and another one confirms.")
    if rate.is_over(at=at):
        raise WrongState("Its time is over. Enter the rate of today.")
    if later := HouseRate.objects.entered_after(rate).order_by("-pk").first():
        raise WrongState(f"{later} was entered later, and confirmed. Enter the rate of today.")
    _refuse_if_quoted(rate.currency, at=at)
    _decide(rate, by=by, at=at, is_confirmed=True)
    audit.record(by, "rate.confirmed", f"rate/{rate.ref}", at=at, why=reason)
    return rate


@transaction.atomic
def decline(rate_id: int, *, reason: str, by: User, at: datetime) -> HouseRate:
    """Do not use it. Whoever entered it may take it back this way too.

    :raises NotYours: *by* is not of finance operations.
    :raises WrongState: somebody decided.
    """
    rate = _undecided(rate_id, by=by)
    _decide(rate, by=by, at=at, is_confirmed=False)
    audit.record(by, "rate.declined", f"rate/{rate.ref}", at=at, why=reason)
    return rate


@transaction.atomic
def end(rate_id: int, *, reason: str, by: User, at: datetime) -> HouseRate:
    """Convert nothing at it any more. What was locked before stays locked for its minutes.

    :raises NotYours: *by* is not of finance operations.
    :raises WrongState: it does not stand.
    """
    rate = _locked(rate_id, by=by)
    if not rate.is_confirmed or rate.is_over(at=at):
        raise WrongState("It does not stand: nothing is converted at it.")
    rate.ended_at, rate.ended_by = at, by
    rate.save(update_fields=["ended_at", "ended_by"])
    audit.record(by, "rate.ended", f"rate/{rate.ref}", at=at, why=reason)
    return rate


def tell_of_ends(*, at: datetime) -> None:
    """Tell finance operations, once each, of what ends within a day with nothing after it."""
    for rate in HouseRate.objects.ending(at=at, within=SOON).order_by("pk"):
        staff.tell(
            DECIDE,
            text=f"Our rate of {rate} ends on {rate.valid_until:%-d %B, %H:%M} UTC. Enter another"
            f" one, or {rate.currency} is not converted after that.",
            url=reverse("admin:payments_houserate_changelist"),
            key=f"rate/{rate.ref}/ends",
            at=at,
        )


def _refuse_if_quoted(currency: str, *, at: datetime) -> None:
    """What the provider has is always taken from there; of old, only while it is too old."""
    provider = rates.current()
    found = ExchangeRate.objects.of(provider.name, currency, at=at)
    if found and found.on >= at.date() - timedelta(days=settings.RATES_GOOD_FOR_DAYS):
        raise NotAllowed(f"{currency} is taken from the {provider.title}: it has a rate of it.")


def _undecided(rate_id: int, *, by: User) -> HouseRate:
    rate = _locked(rate_id, by=by)
    if rate.decided_at:
        became = "confirmed" if rate.is_confirmed else "declined"
        raise WrongState(f"{rate.decided_by} was faster: it is {became}.")
    return rate


def _locked(rate_id: int, *, by: User) -> HouseRate:
    rate = HouseRate.objects.lock(rate_id)
    if not rate.may_decide(by):
        raise NotYours(f"It is not for {by} to say what a currency is worth.")
    return rate


def _decide(rate: HouseRate, *, by: User, at: datetime, is_confirmed: bool) -> None:
    rate.decided_at, rate.decided_by, rate.is_confirmed = at, by, is_confirmed
    rate.save(update_fields=["decided_at", "decided_by", "is_confirmed"])
