"""Posting what a service here prepared, for those above that have more to write before it."""

from __future__ import annotations

from collections.abc import Sequence

from ledger.movements import Movement
from ledger.services.posting import post_many


def book(prepared: Sequence[Movement]) -> None:
    """Post all of it, or none, last in the caller's transaction. It may be nothing."""
    post_many(prepared)
