"""What becomes of things, told in days ago: "fund 120: debit" was paid by debit 120 days ago.

A whole number is some working hour of that day. A fraction is exact, and so are seconds
and minutes: "withdraw 16m" was sixteen minutes ago.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random

_STEP = re.compile(r"(?P<verb>[a-z_]+) (?P<ago>[0-9.]+)(?P<unit>[sm]?)(: (?P<note>.+))?")
_UNITS = {"": timedelta(days=1), "m": timedelta(minutes=1), "s": timedelta(seconds=1)}

OPENING = time(8)
WORKING_MINUTES = 9 * 60
BREATH = timedelta(minutes=7)
# What is older falls on working days; newer things are to be as old as they say.
RECENT = timedelta(days=20)
FRIDAY = 4
# Nine hours of a Saturday fit into Friday's hour from six, those of a Sunday into the next one.
CLOSING, EVENING_HOUR, QUICKER = timedelta(hours=9), timedelta(hours=1), 12


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that somebody does, *ago* before today."""

    verb: str
    ago: timedelta
    note: str = ""

    @property
    def is_exact(self) -> bool:
        return bool(self.ago % timedelta(days=1)) or not self.ago


def deeds(steps: Iterable[str]) -> tuple[Deed, ...]:
    return tuple(_deed(step) for step in steps)


def _deed(step: str) -> Deed:
    found = _STEP.fullmatch(step)
    assert found, f"Not a step: {step!r}"
    ago = float(found["ago"]) * _UNITS[found["unit"]]
    return Deed(found["verb"], ago, found["note"] or "")


def moments(
    told: Iterable[Deed], *, now: datetime, dice: Random, at_weekends: bool = False
) -> list[datetime]:
    """Return when each of the deeds, which follow each other, was done."""
    found: list[datetime] = []
    for deed in told:
        moment = now - deed.ago
        if not deed.is_exact:
            moment = _working_hour(moment, dice)
            if deed.ago > RECENT and not at_weekends:
                moment = _on_a_working_day(moment)
        if found and moment <= found[-1]:
            moment = found[-1] + BREATH
        found.append(moment)
    return found


def _working_hour(day: datetime, dice: Random) -> datetime:
    minutes = dice.randrange(WORKING_MINUTES)
    return datetime.combine(day, OPENING, tzinfo=day.tzinfo) + timedelta(minutes=minutes)


def _on_a_working_day(moment: datetime) -> datetime:
    """Move a weekend's deeds to its Friday evening. What came first still comes first."""
    days = moment.weekday() - FRIDAY
    if days <= 0:
        return moment
    opened = datetime.combine(moment, OPENING, tzinfo=moment.tzinfo)
    evening = opened - timedelta(days=days) + CLOSING + EVENING_HOUR * days
    return evening + (moment - opened) / QUICKER
