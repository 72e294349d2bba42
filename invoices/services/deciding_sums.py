"""An invoice about held money is lowered to what there is for it: a discount on the whole."""

from __future__ import annotations

from collections.abc import Sequence

from billing_site.kernel.money import Money, included, share, split, to_minor, zero
from invoices.models import Invoice, InvoiceLine, InvoiceTax


def lower_to(invoice: Invoice, gross: Money) -> None:
    """Take off the whole what the freelancer does not get; the lines stay as they were seen.

    Held money is billed at one rate. The tax is taken out of *gross*, and the rest is net.
    """
    assert zero(invoice.currency) < gross < whole_of(invoice), "It takes off, and never adds."
    assert not invoice.prices_include_tax, "Held money is billed net."
    lines = list(invoice.lines.order_by("position"))
    full = _net_of(lines, invoice.currency)
    tax = included(gross, basis_points=invoice.tax_bps)
    net = gross - tax
    off = full - net
    parts = split(off, [to_minor(line.amount) for line in lines])
    for line, part in zip(lines, parts, strict=True):
        line.discount_share = part
        line.save(update_fields=["discount_share"])
    InvoiceTax.objects.update_or_create(
        invoice=invoice,
        treatment=invoice.tax_treatment,
        bps=invoice.tax_bps,
        defaults={
            "currency": invoice.currency,
            "discount": off,
            "net": net,
            "tax": tax,
            "text": invoice.tax_text,
        },
    )
    invoice.discount = invoice.discount_net = off
    _ask(invoice, net, tax)


def restore(invoice: Invoice, gross: Money) -> None:
    """Take nothing off the whole any more, which is *gross* with its tax."""
    invoice.lines.update(discount_share=None)
    InvoiceTax.objects.filter(invoice=invoice).delete()
    invoice.discount = invoice.discount_net = None
    net = _net_of(list(invoice.lines.all()), invoice.currency)
    _ask(invoice, net, gross - net)


def whole_of(invoice: Invoice) -> Money:
    """What its lines come to with tax, before anything was taken off the whole."""
    net = _net_of(list(invoice.lines.all()), invoice.currency)
    return net + share(net, basis_points=invoice.tax_bps)


def _net_of(lines: Sequence[InvoiceLine], currency: str) -> Money:
    return sum((line.amount for line in lines), zero(currency))


def _ask(invoice: Invoice, net: Money, tax: Money) -> None:
    invoice.net, invoice.tax, invoice.gross = net, tax, net + tax
    invoice.discount_bps = 0
    sums = ("discount", "discount_net", "discount_bps", "net", "tax", "gross")
    invoice.save(update_fields=sums)
