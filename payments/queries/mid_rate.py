"""What one currency is worth in another, before our margin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.conf import settings

from billing_site.kernel.transitions import NotAllowed
from payments import rates
from payments.models import ExchangeRate, HouseRate

PLACES = Decimal("1e-12")


@dataclass(frozen=True, slots=True)
class MidRate:
    """One of the first currency is so much of the second."""

    rate: Decimal  # to twelve places: sums are made of this, so that anybody can check them
    source: str
    title: str
    on: date  # the older of the two days


@dataclass(frozen=True, slots=True)
class _Worth:
    """What one euro is in a currency, and who says so."""

    per_euro: Decimal
    on: date
    source: str
    title: str


def mid_rate(from_: str, into: str, *, at: datetime) -> MidRate:
    """Return the rate between two currencies, over the euro.

    What the provider has is taken from there, and what it lacks from our own table.

    :raises NotAllowed: one of the two has no rate, or only one that is too old.
    """
    found = {each: _worth_of(each, at=at) for each in (from_, into) if each != "EUR"}
    worth = {"EUR": Decimal(1)} | {each: rate.per_euro for each, rate in found.items()}
    rate = (worth[into] / worth[from_]).quantize(PLACES, ROUND_HALF_UP)
    sources = sorted({(each.source, each.title) for each in found.values()})  # "ecb" < "house"
    return MidRate(
        rate,
        "+".join(source for source, _ in sources),
        " and ".join(title for _, title in sources),
        min((each.on for each in found.values()), default=at.date()),
    )


def titles_of(*currencies: str, at: datetime) -> str:
    """Return who says what *currencies* are worth, as a person reads it."""
    ours = HouseRate.objects.standing(at=at).filter(currency__in=currencies)
    theirs = rates.current().title
    return f"{theirs} and {HouseRate.title}" if ours.exists() else theirs


def _worth_of(currency: str, *, at: datetime) -> _Worth:
    provider = rates.current()
    given = ExchangeRate.objects.of(provider.name, currency, at=at)
    if given and given.on >= at.date() - timedelta(days=settings.RATES_GOOD_FOR_DAYS):
        return _Worth(given.per_euro, given.on, provider.name, provider.title)
    if ours := HouseRate.objects.of(currency, at=at):
        return _Worth(ours.per_euro, ours.valid_from.date(), ours.name, ours.title)
    if given:
        raise NotAllowed(
            f"The newest rate for {currency} is of {given.on:%-d %B %Y}, which is too old."
            " We ask for a new one every hour: try again later."
        )
    raise NotAllowed(f"We have no rate for {currency}, so we cannot convert it.")
