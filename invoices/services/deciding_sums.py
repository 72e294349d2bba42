"""A contested invoice is lowered to the sum that was decided on: a discount on the whole."""

from __future__ import annotations

from billing_site.kernel.money import Money, included, split, to_minor, zero
from invoices.models import Invoice, InvoiceTax


def lower_to(invoice: Invoice, gross: Money) -> None:
    """Take off the whole what the freelancer does not get; the lines stay as they were seen.

    Held money is billed at one rate. The tax is taken out of *gross*, and the rest is net.
    """
    assert zero(invoice.currency) < gross < invoice.gross, "A dispute takes off, never adds."
    assert not invoice.prices_include_tax, "Held money is billed net."
    lines = list(invoice.lines.order_by("position"))
    full = sum((line.amount for line in lines), zero(invoice.currency))
    tax = included(gross, basis_points=invoice.tax_bps)
    net = gross - tax
    off = full - net
    for line, share in zip(lines, split(off, [to_minor(it.amount) for it in lines]), strict=True):
        line.discount_share = share
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
    invoice.discount_bps = 0
    invoice.net, invoice.tax, invoice.gross = net, tax, gross
    invoice.save(
        update_fields=[
            *("discount", "discount_net", "discount_bps"),
            *("net", "tax", "gross"),
        ]
    )
