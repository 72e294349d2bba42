"""Hourly protection: what the platform pays the freelancer for when the client does not.

Each entry is checked on its own, and each check is shown with its answer while work goes on.
What a pair of client and freelancer is protected for in all has a cap, whichever is reached first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from billing_site.kernel.money import HOUR, Money, about, to_minor
from invoices.models import TimeEntry

CAP_MINUTES = 50 * HOUR
CAP_UNITS = 2_500  # about so many euros


@dataclass(frozen=True, slots=True)
class Standing:
    """What protection asks of the two sides, and what is left of their cap."""

    is_hourly: bool
    is_running: bool  # accepted, and not over yet
    client_is_verified: bool
    unprotected_from: datetime | None  # the client does not pay: new hours are not, since then
    minutes_left: int
    amount_left: Money


@dataclass(frozen=True, slots=True)
class Check:
    """One condition of protection, in words for the freelancer, and whether it is met."""

    words: str
    holds: bool


def full_cap(currency: str) -> Money:
    return about(CAP_UNITS, currency)


def checks_of(entry: TimeEntry, standing: Standing) -> tuple[Check, ...]:
    """Return the conditions on a whole entry, met or not. The limit and the cap cut minutes off."""
    return (
        Check("tracked by the timer", entry.is_tracked),
        Check("has a memo that says what was done", bool(entry.memo.strip())),
        Check("the client has a payment method that can be charged", standing.client_is_verified),
        Check("no payment of the client was late when it began", _was_paid(entry, standing)),
        Check("the contract is running", standing.is_running and standing.is_hourly),
    )


def _was_paid(entry: TimeEntry, standing: Standing) -> bool:
    since = standing.unprotected_from
    return since is None or entry.started_at < since


class Cap:
    """What is left of a pair's cap, used up by the earliest protected minutes first."""

    def __init__(self, standing: Standing) -> None:
        self._minutes = standing.minutes_left
        self._parts = max(to_minor(standing.amount_left), 0) * HOUR  # sixtieths of a minor unit

    def take(self, minutes: int, *, rate: Money) -> int:
        """Return how many of *minutes* are still covered, and note them as used."""
        price = to_minor(rate)
        covered = max(min(minutes, self._minutes, self._parts // price), 0)
        self._minutes -= covered
        self._parts -= covered * price
        return covered
