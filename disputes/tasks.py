"""What the worker runs. A task fetches, calls one service, and may run twice."""

from __future__ import annotations

from datetime import datetime

from disputes.services import deadlines, splitting


def warn_of_deadlines(*, at: datetime) -> str:
    """Run every minute; see settings.TICKS."""
    return f"Warned of {len(deadlines.warn(at=at))}."


def follow_deadlines(*, at: datetime) -> str:
    """Run every minute; see settings.TICKS."""
    return f"Followed {len(deadlines.follow(at=at))}."


def split_waiting(*, at: datetime) -> str:
    """Run every minute; see settings.TICKS."""
    return f"Split {len(splitting.split_waiting(at=at))}."


def next_due(*, after: datetime) -> datetime | None:
    return deadlines.next_due(after=after)
