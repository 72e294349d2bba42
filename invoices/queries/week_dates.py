"""When what happens to a billing week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from billing_site.kernel.periods import WEEK, week_bounds, week_locks_at, week_review_ends_at


@dataclass(frozen=True, slots=True)
class WeekDates:
    monday: date
    starts_at: datetime
    ends_at: datetime  # the first instant after it
    locks_at: datetime  # until then it is corrected; then it is billed
    review_ends_at: datetime
    available_at: datetime

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)

    @property
    def words(self) -> str:
        return week_words(self.monday)


def week_dates(monday: date, *, security_days: int) -> WeekDates:
    starts_at, ends_at = week_bounds(monday)
    review_ends_at = week_review_ends_at(monday)
    return WeekDates(
        monday=monday,
        starts_at=starts_at,
        ends_at=ends_at,
        locks_at=week_locks_at(monday),
        review_ends_at=review_ends_at,
        available_at=review_ends_at + timedelta(days=security_days),
    )


def week_words(monday: date) -> str:
    """Write a week as its days: “2 to 8 March 2026”, “30 March to 5 April 2026”."""
    sunday = monday + WEEK - timedelta(days=1)
    first = f"{monday.day}"
    if monday.month != sunday.month:
        first += f" {monday:%B}"
    if monday.year != sunday.year:
        first += f" {monday.year}"
    return f"{first} to {sunday.day} {sunday:%B %Y}"
