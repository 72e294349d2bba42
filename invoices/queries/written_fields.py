"""What the form of a written invoice would hold to write the same again, as text."""

from __future__ import annotations

from typing import Any

from billing_site.kernel.money import EXPONENTS, Money, currency_of
from invoices.models import Invoice, InvoiceLine
from invoices.models.contract import TaxTreatment

WORDS = ("title", "purchase_order", "cost_center", "project", "note")

Fields = dict[str, Any]


def fields_of(invoice: Invoice, *, with_period: bool) -> Fields:
    """Return `head` and `lines` by the names of the form's fields.

    The period of supply is only copied to change the invoice itself: the next one has its own.
    """
    exempt = invoice.taxes.filter(treatment=TaxTreatment.EXEMPT).first()
    head = {name: getattr(invoice, name) for name in WORDS}
    head |= {
        "net_days": str(invoice.net_days),
        "prices_include_tax": invoice.prices_include_tax,
        "discount": _discount(invoice.discount_bps, invoice.discount),
        "tax_text": exempt.text if exempt else "",
    }
    if with_period and invoice.supplied_from and invoice.supplied_to:
        head["supplied_from"] = invoice.supplied_from.isoformat()
        head["supplied_to"] = invoice.supplied_to.isoformat()
    return {"head": head, "lines": [_line(line) for line in invoice.lines.order_by("position")]}


def tax_choice(kind: str, bps: int) -> str:
    """A treatment as the form's choice names it."""
    return f"{kind}:{bps}"


def _line(line: InvoiceLine) -> Fields:
    return {
        "description": line.description,
        "detail": line.detail,
        "quantity": line.plain_quantity,
        "unit": line.unit,
        "unit_price": _plain(line.unit_price),
        "discount": _discount(line.discount_bps, line.discount),
        "tax": tax_choice(line.tax_treatment, line.tax_bps),
    }


def _discount(bps: int, amount: Money | None) -> str:
    if bps:
        return f"{bps / 100:g} %"
    return _plain(amount) if amount else ""


def _plain(money: Money) -> str:
    return f"{money.amount:.{EXPONENTS[currency_of(money)]}f}"
