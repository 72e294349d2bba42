"""What a clock on the wall says, and the moments at which it says so: none, one or two."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def moments_of(day: date, clock: time, zone: ZoneInfo) -> list[datetime]:
    """Return when clocks in *zone* show *clock* on *day*, in UTC, the earlier first.

    Never, where they are put forward past it; twice, where they are put back to it.
    """
    wall = datetime.combine(day, clock)
    moments = {wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return sorted(it for it in moments if it.astimezone(zone).replace(tzinfo=None) == wall)


def days_between(start: datetime, end: datetime, zone: ZoneInfo) -> list[date]:
    """Return the days of *zone* that [start, end) touches."""
    first = start.astimezone(zone).date()
    last = (end - timedelta(microseconds=1)).astimezone(zone).date()
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
