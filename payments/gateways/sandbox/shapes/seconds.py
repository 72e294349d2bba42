from __future__ import annotations

from datetime import datetime


def seconds(moment: datetime) -> int:
    """Return *moment* as the provider writes it: whole seconds since 1970."""
    return int(moment.timestamp())
