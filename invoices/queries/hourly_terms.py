"""What was agreed by the hour, now and to come, as pages and letters say it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from billing_site.kernel.money import Money, show
from billing_site.kernel.periods import WEEK, week_bounds, week_of
from invoices.hours import hours_words, limit_of, rate_at, week_at_the_limit
from invoices.models import Contract


@dataclass(frozen=True, slots=True)
class Said:
    """A rate or a limit, and from when on it counts."""

    words: str
    since: datetime
    is_coming: bool


@dataclass(frozen=True, slots=True)
class HourlyTermsView:
    rate: Money
    limit_minutes: int
    limit_words: str
    allows_manual_time: bool
    week_price: Money  # a week at the limit, net of the freelancer's VAT
    changes: tuple[Said, ...]  # the latest first; nothing where nothing was ever changed

    @property
    def coming(self) -> list[Said]:
        return [said for said in self.changes if said.is_coming]


def hourly_terms(contract: Contract, *, at: datetime) -> HourlyTermsView:
    """Return the terms as of *at*. An offer's are those it was written with."""
    at = max(at, contract.created_at)
    rates, limits = list(contract.rates.all()), list(contract.limits.all())
    rate, limit = rate_at(rates, at), limit_of(limits, week_of(at))
    changes = [
        Said(f"{show(it.rate)} an hour", it.effective_from, it.effective_from > at)
        for it in rates
        if len(rates) > 1
    ] + [
        Said(f"up to {hours_words(it.minutes)} a week", it.effective_from, it.effective_from > at)
        for it in limits
        if len(limits) > 1
    ]
    return HourlyTermsView(
        rate=rate.rate,
        limit_minutes=limit.minutes,
        limit_words=hours_words(limit.minutes),
        allows_manual_time=contract.allows_manual_time,
        week_price=week_at_the_limit(rate, limit),
        changes=tuple(sorted(changes, key=lambda said: (said.since, said.words), reverse=True)),
    )


def next_monday(at: datetime) -> datetime:
    start, _ = week_bounds(week_of(at))
    return start + WEEK
