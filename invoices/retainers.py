"""The weeks and months of a retainer: which days count, and what they cost. Days are UTC's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from billing_site.kernel.money import Money, proportion
from billing_site.kernel.periods import midnight
from invoices.models import RetainerTerms

DAY = timedelta(days=1)
Step = tuple[datetime, str]  # when a contract changed, and what it became


@dataclass(frozen=True, slots=True)
class Days:
    """From `first` to `last`, both included."""

    first: date
    last: date

    @property
    def count(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def words(self) -> str:
        """“March 2026”, or “2–8 March 2026”."""
        if self == calendar(self.first, RetainerTerms.Cadence.MONTHLY):
            return f"{self.first:%B %Y}"
        last = f"{self.last.day} {self.last:%B %Y}"
        if self.count == 1:
            return last
        if (self.first.year, self.first.month) == (self.last.year, self.last.month):
            return f"{self.first.day}–{last}"
        year = f" {self.first.year}" if self.first.year != self.last.year else ""
        return f"{self.first.day} {self.first:%B}{year} – {last}"


def calendar(day: date, cadence: str) -> Days:
    """The whole week or month that *day* is in."""
    if cadence == RetainerTerms.Cadence.WEEKLY:
        monday = day - timedelta(days=day.weekday())
        return Days(monday, monday + 6 * DAY)
    first = day.replace(day=1)
    return Days(first, (first + 31 * DAY).replace(day=1) - DAY)


def period_at(terms: RetainerTerms, day: date) -> Days:
    """The part of the week or month around *day* that the retainer covers."""
    whole = calendar(day, terms.cadence)
    last = min(whole.last, terms.ends_on) if terms.ends_on else whole.last
    return Days(max(whole.first, terms.starts_on), last)


def bills_next_on(terms: RetainerTerms, day: date) -> date | None:
    """The day after the period that covers *day*, or the first after it; None: there is none."""
    day = max(day, terms.starts_on)
    if terms.ends_on and day > terms.ends_on:
        return None
    return period_at(terms, day).last + DAY


def cost_of_days(terms: RetainerTerms, days: int, whole: Days) -> Money:
    """What *days* of a whole week or month cost, rounded once."""
    return proportion(terms.amount, days, whole.count)


def active_days(steps: Iterable[Step], period: Days) -> int:
    """How many days of *period* the contract was active in, for the least part of them.

    *steps* are its history, the oldest first. What came after the period does not count.
    """
    end = midnight(period.last + DAY)
    counted: set[date] = set()
    since: datetime | None = None
    for at, became in [(at, became) for at, became in steps if at < end] + [(end, "over")]:
        if became == "active":
            since = since or at
        elif since:
            counted |= _touched(max(since, midnight(period.first)), at)
            since = None
    return len(counted)


def _touched(start: datetime, end: datetime) -> set[date]:
    """The days with a moment from *start* on and before *end*; a moment alone counts, too."""
    if end < start:
        return set()
    first = start.astimezone(UTC).date()
    last = max(start, end - timedelta(microseconds=1)).astimezone(UTC).date()
    return {first + n * DAY for n in range((last - first).days + 1)}
