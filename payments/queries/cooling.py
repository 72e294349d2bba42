"""From when on earnings can be withdrawn: the security period is over, and a debit has cooled."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from django.conf import settings

from payments.models import Charge

END_OF_DAY = time(23, 59, tzinfo=UTC)


def available_from(security_days: int, charge: Charge | None, *, at: datetime) -> datetime:
    """Return when what is released at a moment becomes available.

    *charge* brought it; None: the client's credit did, or the platform advanced it.
    """
    secure = at + timedelta(days=security_days)
    return max(secure, cooled_at(charge, at=at) or secure)


def cooled_at(charge: Charge | None, *, at: datetime) -> datetime | None:
    """Return until when a bank may easily take back what *charge* brought; None: none debited.

    One that has not arrived yet would arrive at *at*.
    """
    days = days_of(charge.way) if charge else 0
    if not (charge and days):
        return None
    return (charge.finished_at or at) + timedelta(days=days)


def days_of(way: str) -> int:
    """Return for how many days what came this way can easily be taken back; 0: it cannot."""
    return int(settings.DEBIT_COOLING_DAYS.get(way, 0))


def arrival_of(charge: Charge | None) -> datetime | None:
    """Return the last moment of the day on which what is on its way is there; None: none known."""
    if charge is None or charge.state != Charge.State.PROCESSING or charge.arrives_on is None:
        return None
    return datetime.combine(charge.arrives_on, END_OF_DAY)
