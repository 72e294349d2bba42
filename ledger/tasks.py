"""What the worker runs. A task calls one service, and may run twice."""

from __future__ import annotations

from datetime import datetime

from ledger.services import sealing


def seal_books(*, at: datetime) -> str:
    """Run every minute; see settings.TICKS."""
    return f"Sealed {sealing.seal_due(at=at)}."
