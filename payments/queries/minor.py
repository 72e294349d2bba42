"""Sums of documents beside sums of the books, in SQL."""

from __future__ import annotations

from billing_site.kernel.money import COINS, EXPONENTS


def minor(amount: str, currency: str) -> str:
    """Return SQL for a document's sum in the whole minor units that the books count in."""
    factors = " ".join(f"WHEN '{code}' THEN {10**places}" for code, places in EXPONENTS.items())
    return f"(({amount}) * CASE {currency} {factors} END)"


def coins(amount: str, currency: str) -> str:
    """Return SQL for a sum in the smallest coins that can be paid."""
    least = " ".join(f"WHEN '{code}' THEN {count}" for code, count in COINS.items())
    return f"({minor(amount, currency)} / CASE {currency} {least} ELSE 1 END)"
