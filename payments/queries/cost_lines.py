"""A line of what something costs, as components/cost.html draws it."""

from __future__ import annotations

from dataclasses import dataclass

from billing_site.kernel.money import Money


@dataclass(frozen=True, slots=True)
class CostLine:
    """A line of components/cost.html."""

    words: str
    amount: Money
    bps: int | None = None
    note: str = ""
