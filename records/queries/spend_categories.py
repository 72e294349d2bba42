"""What expenses were for: the sums of their invoices, divided among the categories on them."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum
from django.db.models.functions import Substr

from billing_site.kernel.money import Money, split, to_minor
from billing_site.people.models import Organization
from invoices.models import Expense, Invoice
from payments.models import Lot
from records.queries.lots import SUMS, grouped

AFTER_THE_TYPE = len("invoice/") + 1
EXPENSES = Invoice.Source.EXPENSES
CATEGORIES = {str(value): str(label) for value, label in Expense.Category.choices}
Sums = dict[str, Any]


def by_categories(
    found: list[Sums], lots: QuerySet[Lot], organization: Organization, currency: str
) -> list[Sums]:
    """Return *found* with the rows of expenses divided: to the minor unit what they were."""
    others = [row for row in found if row["kind"] != EXPENSES]
    if len(others) == len(found):
        return found
    refs = Invoice.objects.filter(source=EXPENSES, recipient=organization).values("ref")
    named = lots.annotate(invoice=Substr("document", AFTER_THE_TYPE)).filter(invoice__in=refs)
    of_invoices = grouped(named, organization, "invoice")
    weights = _weights({row["invoice"] for row in of_invoices}, currency)
    return others + [part for row in of_invoices for part in _parts(row, weights, currency)]


def _weights(refs: set[str], currency: str) -> dict[str, dict[str, int]]:
    """What each invoice bills of each category, in minor units."""
    weights: dict[str, dict[str, int]] = defaultdict(dict)
    of_these = Expense.objects.filter(invoice__ref__in=refs)
    billed = of_these.values("invoice__ref", "category").annotate(sum=Sum("gross"))
    for row in billed.order_by("invoice__ref", "category"):
        minor = to_minor(Money(row["sum"], currency))
        weights[row["invoice__ref"]][row["category"]] = minor
    return weights


def _parts(row: Sums, weights: dict[str, dict[str, int]], currency: str) -> list[Sums]:
    mine = weights.get(row["invoice"]) or {Expense.Category.OTHER: 1}
    parts: list[Sums] = [
        {"kind": EXPENSES, "category": f"expenses: {CATEGORIES[category]}", "lots": row["lots"]}
        for category in mine
    ]
    for name in SUMS:
        if name != "lots":
            money = Money(row[name] or Decimal(0), currency)
            for part, piece in zip(parts, split(money, list(mine.values())), strict=True):
                part[name] = piece.amount
    return parts
