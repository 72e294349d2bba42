"""The figures of an invoice as its document says them: lines, discounts, and taxes by rate.

All sums are plain strings in the document's currency ("1250.00"), each with all its places.

`lines`: a list of `description`, `detail`, `quantity`, `unit` ("hour", or empty), `unit_price`,
`discount_asked` (what was taken off, "" for nothing) with `discount_words` ("10 %", "" for a
sum), `treatment` (standard, reverse_charge, exempt, outside), `bps`, `tax` (both in short: "20 %",
"0 % RC") and `amount` (after the discount). Where the document is `inclusive`, all these include
the tax. Always without it are `net` (of the amount), `net_price` and `discount`: a quantity of
the net price, less the discount, is the net.

`taxes`: a list, highest rate first, of `treatment`, `bps`, `words` ("VAT 20 %"), `discount` (the
rate's part of the discount on the whole), `net`, `tax`, and `reason` (what the law wants said;
"" where tax is charged). All are without tax.

`discount` is what is taken off the whole, without tax; `discount_asked` and `discount_words` say
it as it was entered. The lines' `net` less `discount` is `net`, which is the sum of the rates'.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from billing_site.kernel.money import EXPONENTS, Money, currency_of, zero
from invoices.documents.wording import Wording
from invoices.models import Invoice, InvoiceLine, InvoiceTax

Said = dict[str, Any]

PRICE_PLACES = Decimal("0.000001")  # of a price that was divided: a figure, not a sum


def figures_of(invoice: Invoice, wording: Wording) -> Said:
    """Return what the document of *invoice* says about sums; see above for its shape."""
    lines = list(invoice.lines.order_by("position"))
    nothing = zero(invoice.currency)
    taken_off = invoice.discount_net if invoice.discount_net is not None else nothing
    taxes = _taxes_of(invoice, wording)
    return {
        "currency": invoice.currency,
        "inclusive": invoice.prices_include_tax,
        "lines": [_line(line, wording) for line in lines],
        "lines_sum": plain(sum((line.asked for line in lines), nothing)),
        "discount": plain(taken_off),
        "discount_asked": plain(invoice.discount) if invoice.discount is not None else "",
        "discount_words": wording.percent(invoice.discount_bps) if invoice.discount_bps else "",
        "taxes": taxes,
        "net": plain(invoice.net),
        "tax": plain(invoice.tax),
        "gross": plain(invoice.gross),
        "texts": list(dict.fromkeys(tax["reason"] for tax in taxes if tax["reason"])),
    }


def plain(money: Money) -> str:
    return f"{money.amount:.{EXPONENTS[currency_of(money)]}f}"


def _line(line: InvoiceLine, wording: Wording) -> Said:
    return {
        "description": line.description,
        "detail": line.detail,
        "quantity": line.plain_quantity,
        "unit": line.unit,
        "unit_price": plain(line.unit_price),
        "discount_asked": plain(line.discount) if line.discount is not None else "",
        "discount_words": wording.percent(line.discount_bps) if line.discount_bps else "",
        "tax": wording.short_tax(line.tax_treatment, line.tax_bps),
        "treatment": line.tax_treatment,
        "bps": line.tax_bps,
        "amount": plain(line.asked),
        "net": plain(line.amount),
        **_without_tax(line),
    }


def _without_tax(line: InvoiceLine) -> Said:
    """Price and discount of one line; a discount on a price with tax is in the net price."""
    if line.amount_with_tax is None:
        return {"net_price": plain(line.unit_price), "discount": plain(line.taken_off)}
    each = (line.amount.amount / line.quantity).quantize(PRICE_PLACES)
    return {"net_price": f"{each:f}", "discount": plain(zero(line.currency))}


def _taxes_of(invoice: Invoice, wording: Wording) -> list[Said]:
    """By rate, the highest first; an invoice at one rate has it in its own columns."""
    rows = list(invoice.taxes.order_by("-bps", "treatment"))
    return [_tax(tax, wording) for tax in rows] or [_tax(_only_tax(invoice), wording)]


def _only_tax(invoice: Invoice) -> InvoiceTax:
    return InvoiceTax(
        treatment=invoice.tax_treatment,
        bps=invoice.tax_bps,
        currency=invoice.currency,
        discount=zero(invoice.currency),
        net=invoice.net,
        tax=invoice.tax,
        text=invoice.tax_text,
    )


def _tax(tax: InvoiceTax, wording: Wording) -> Said:
    return {
        "treatment": tax.treatment,
        "bps": tax.bps,
        "words": wording.tax(tax.treatment, tax.bps),
        "discount": plain(tax.discount),
        "net": plain(tax.net),
        "tax": plain(tax.tax),
        "reason": wording.reason(tax.text),
    }
