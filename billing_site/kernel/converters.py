from __future__ import annotations

from datetime import date


class IsoDate:
    """A day in an address: 2026-03-02. Years that nobody bills are no days."""

    regex = r"2\d{3}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)  # A ValueError means: no such address.

    def to_url(self, value: date | str) -> str:
        return value if isinstance(value, str) else value.isoformat()
