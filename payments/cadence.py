"""On which days a schedule withdraws: from noon UTC, by rules that a calendar on a wall shows."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from django.db import models

NOON = time(12, tzinfo=UTC)
A_DAY = timedelta(days=1)
A_WEEK = timedelta(days=7)
MONDAY, WEDNESDAY, SATURDAY = 0, 2, 5


class Rhythm(models.TextChoices):
    BY_HAND = "by_hand", "When you ask for it"
    DAILY = "daily", "Every day from Monday to Friday"
    WEEKLY = "weekly", "Every week, on Wednesday"
    TWICE_A_MONTH = "twice_a_month", "Twice a month, on the first and the third Wednesday"
    MONTHLY = "monthly", "Every month, on the last Wednesday"
    QUARTERLY = "quarterly", "Every quarter, on its last Monday"


def next_moment(rhythm: str, *, after: datetime) -> datetime | None:
    """Return the first noon later than *after* on which it is due; None: only when asked for."""
    if rhythm == Rhythm.BY_HAND:
        return None
    moment = datetime.combine(after.astimezone(UTC).date(), NOON)
    while moment <= after or not is_day_of(rhythm, moment.date()):
        moment += A_DAY
    return moment


def is_day_of(rhythm: str, day: date) -> bool:
    is_last = (day + A_WEEK).month != day.month  # of its weekday in its month
    match rhythm:
        case Rhythm.DAILY:
            return day.weekday() < SATURDAY
        case Rhythm.WEEKLY:
            return day.weekday() == WEDNESDAY
        case Rhythm.TWICE_A_MONTH:
            return day.weekday() == WEDNESDAY and (day.day - 1) // 7 in {0, 2}
        case Rhythm.MONTHLY:
            return day.weekday() == WEDNESDAY and is_last
        case Rhythm.QUARTERLY:
            return day.weekday() == MONDAY and is_last and day.month % 3 == 0
    return False
