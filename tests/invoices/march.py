"""Moments of the March in which hours are worked."""

from __future__ import annotations

from datetime import UTC, datetime


def at(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, second, tzinfo=UTC)
