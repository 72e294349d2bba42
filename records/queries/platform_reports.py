"""What platforms report of a seller each year: drafts, to compare with what authorities say."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from billing_site.kernel.money import Money, zero
from invoices.vat_rates import in_union
from records.queries.tax_year import TaxYear

RULES = Path(__file__).parents[1] / "rules"
USA, DOLLARS = "US", "USD"


@dataclass(frozen=True, slots=True)
class Threshold:
    """From when a payee in the USA is reported on Form 1099-K in a year."""

    amount: Money
    payments: int
    source: str


@dataclass(frozen=True, slots=True)
class Form1099K:
    gross: Money
    payments: int
    threshold: Threshold | None  # None: we have no rule for this year

    @property
    def is_over(self) -> bool | None:
        """Whether both are exceeded; None where we have no rule."""
        limit = self.threshold
        if limit is None:
            return None
        return bool(self.gross > limit.amount and self.payments > limit.payments)

    @property
    def words(self) -> str:
        if self.threshold is None:
            return "We have no threshold for this year."
        return "Over the threshold." if self.is_over else "Not over the threshold."


def form_1099k(page: TaxYear) -> Form1099K | None:
    """Return the draft for a seller in the USA, of what was paid in dollars; None for others."""
    if page.organization.is_client or page.organization.country != USA or page.currency != DOLLARS:
        return None
    gross = sum((each.gross for each in page.paid), zero(DOLLARS))
    return Form1099K(gross, sum(each.count for each in page.paid), thresholds().get(page.year))


def is_reported_in_the_eu(page: TaxYear) -> bool:
    """Whether the seller lives where DAC7 asks platforms to report them."""
    return not page.organization.is_client and in_union(
        page.organization.country, on=date(page.year, 12, 31)
    )


@cache
def thresholds() -> dict[int, Threshold]:
    found: list[dict[str, Any]] = tomllib.loads((RULES / "form_1099k.toml").read_text())["years"]
    return {
        row["year"]: Threshold(Money(row["amount"], DOLLARS), row["payments"], row["source"])
        for row in found
    }
