"""What the worker runs. A task fetches, calls one service, and may run twice."""

from __future__ import annotations

from datetime import datetime

from billing_site.platform import clock
from disputes.services import deadlines, shares, splitting


def warn_of_deadlines(*, at: datetime) -> str:
    """Run every minute; see settings.TICKS."""
    return f"Warned of {len(deadlines.warn(at=at))}."


def follow_deadlines(*, at: datetime) -> str:
    """Run every minute; see settings.TICKS."""
    return f"Followed {len(deadlines.follow(at=at))}."


def split_waiting(*, at: datetime) -> str:
    """Run every minute; see settings.TICKS."""
    return f"Split {len(splitting.split_waiting(at=at))}."


def settle_share(share_id: int) -> str:
    """Return it, or pay the arbiter with it: once."""
    return f"Settled: {shares.settle(share_id, at=clock.now())}."


def next_due(*, after: datetime) -> datetime | None:
    return deadlines.next_due(after=after)
