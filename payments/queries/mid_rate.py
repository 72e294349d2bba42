"""What one currency is worth in another, before our margin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.conf import settings

from billing_site.kernel.transitions import NotAllowed
from payments import rates
from payments.models import ExchangeRate

PLACES = Decimal("1e-12")


@dataclass(frozen=True, slots=True)
class MidRate:
    """One of the first currency is so much of the second."""

    rate: Decimal  # to twelve places: sums are made of this, so that anybody can check them
    source: str
    title: str
    on: date  # the older of the two days


def mid_rate(from_: str, into: str, *, at: datetime) -> MidRate:
    """Return the rate between two currencies, over the euro.

    :raises NotAllowed: one of the two has no rate, or only one that is too old.
    """
    provider = rates.current()
    oldest = at.date() - timedelta(days=settings.RATES_GOOD_FOR_DAYS)
    worth, days = {"EUR": Decimal(1)}, [at.date()]
    for currency in {from_, into} - {"EUR"}:
        found = ExchangeRate.objects.of(provider.name, currency, at=at)
        if found is None:
            raise NotAllowed(f"We have no rate for {currency}, so we cannot convert it.")
        if found.on < oldest:
            raise NotAllowed(
                f"The newest rate for {currency} is of {found.on:%-d %B %Y}, which is too old."
                " We ask for a new one every hour: try again later."
            )
        worth[currency] = found.per_euro
        days.append(found.on)
    rate = (worth[into] / worth[from_]).quantize(PLACES, ROUND_HALF_UP)
    return MidRate(rate, provider.name, provider.title, min(days))
