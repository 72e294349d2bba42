"""What an hour cost and how much of a week counts, as the terms said at the time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from billing_site.kernel.money import Money, for_minutes
from billing_site.kernel.periods import week_bounds
from invoices.models import RateVersion, WeeklyLimit


def rate_at(rates: Sequence[RateVersion], moment: datetime) -> RateVersion:
    """Return the version that is valid at *moment*: the last that began by then."""
    begun = [rate for rate in rates if rate.effective_from <= moment]
    assert begun, "An hourly contract has a rate from its draft on."
    return max(begun, key=lambda rate: rate.effective_from)


def limit_of(limits: Sequence[WeeklyLimit], monday: date) -> WeeklyLimit:
    """Return the limit of the week from *monday*: of those that began by then, the last said.

    So a raise of today undoes a cut that was said earlier for next Monday.
    """
    start, _ = week_bounds(monday)
    begun = [limit for limit in limits if limit.effective_from <= start]
    assert begun, "An hourly contract has a limit from its draft on."
    return max(begun, key=lambda limit: (limit.said_at, limit.pk))


def week_at_the_limit(rate: RateVersion, limit: WeeklyLimit) -> Money:
    """Return the most that a week costs, net of the freelancer's VAT."""
    return for_minutes(limit.minutes, rate=rate.rate)


def hours_words(minutes: int) -> str:
    """Write minutes as people say them: “20 h”, “2 h 10 min”, “45 min”."""
    hours, rest = divmod(minutes, 60)
    parts = [f"{hours} h"] if hours else []
    return " ".join([*parts, f"{rest} min"] if rest or not hours else parts)
