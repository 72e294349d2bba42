"""An invoice as somebody wrote it: what its form said, and what that comes to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing_site.kernel.money import Money
from invoices import totals
from invoices.pricing import NO_DISCOUNT, Discount
from invoices.taxing import Treatment
from invoices.totals import Totals

MOST_LINES = 50
NET_DAYS = (0, 7, 14, 30, 60)  # 0: charged when it is approved
LARGEST_NET = 10**9  # of the currency's units; what may be owed on one document


@dataclass(frozen=True, slots=True)
class WrittenLine:
    description: str
    quantity: Decimal
    unit_price: Money
    treatment: Treatment
    detail: str = ""
    unit: str = ""
    discount: Discount = NO_DISCOUNT

    @property
    def priced(self) -> totals.Line:
        return totals.Line(
            self.quantity, self.unit_price, self.treatment.kind, self.treatment.bps, self.discount
        )


@dataclass(frozen=True, slots=True)
class WrittenInvoice:
    """All sums are in one currency. `supplied_from` and `supplied_to` come together or not."""

    title: str
    lines: Sequence[WrittenLine]
    discount: Discount = NO_DISCOUNT
    prices_include_tax: bool = False
    net_days: int = 0
    purchase_order: str = ""
    cost_center: str = ""
    project: str = ""
    note: str = ""
    supplied_from: date | None = None
    supplied_to: date | None = None

    @property
    def totals(self) -> Totals:
        """What it comes to.

        :raises DiscountTooLarge: more is taken off than there is.
        :raises CurrencyMismatch: there are two currencies in it.
        """
        return totals.total(
            [line.priced for line in self.lines],
            discount=self.discount,
            inclusive=self.prices_include_tax,
        )

    def treatment_of(self, kind: str, bps: int) -> Treatment:
        """The treatment of the lines under one rate, with its words."""
        return next(
            line.treatment
            for line in self.lines
            if (line.treatment.kind, line.treatment.bps) == (kind, bps)
        )
