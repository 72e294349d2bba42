"""Billing weeks and business days. All of them are UTC, as the terms say."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

import holidays

WEEK = timedelta(days=7)
CORRECTION = timedelta(hours=12)  # how long a week can be corrected once it is over
SATURDAY = 5


def week_of(moment: datetime) -> date:
    """Return the Monday (UTC) of the billing week that *moment* belongs to."""
    day = moment.astimezone(UTC).date()
    return day - timedelta(days=day.weekday())


def week_bounds(monday: date) -> tuple[datetime, datetime]:
    """Return the first instant of the week and the first instant after it."""
    assert monday.weekday() == 0, f"{monday} is not a Monday."
    start = midnight(monday)
    return start, start + WEEK


def week_locks_at(monday: date) -> datetime:
    """Return until when a week can be corrected: noon of the Monday after it."""
    return week_bounds(monday)[1] + CORRECTION


def week_review_ends_at(monday: date) -> datetime:
    """Return until when the client looks at a week: Friday, a minute before midnight."""
    return week_bounds(monday)[1] + timedelta(days=5, minutes=-1)


def midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=UTC)


@lru_cache(maxsize=32)
def _holidays(country: str) -> holidays.HolidayBase:
    return holidays.country_holidays(country)


def is_business_day(day: date, *countries: str) -> bool:
    """Neither a weekend nor a public holiday in any of *countries* (two-letter codes)."""
    if day.weekday() >= SATURDAY:
        return False
    return not any(day in _holidays(country) for country in countries)


def add_business_days(start: date, days: int, *countries: str) -> date:
    """Return the day that is *days* business days after *start*, holidays left out."""
    day = start
    while days:
        day += timedelta(days=1)
        days -= is_business_day(day, *countries)
    return day
