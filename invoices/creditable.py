"""How much of an invoice can still be credited, line by line, and the tax that goes with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Sum

from billing_site.kernel.money import Money, proportion, share, to_minor, zero
from invoices.models import Invoice, InvoiceLine
from invoices.models.credit_note import CreditNoteLine

TaxKind = tuple[str, int]  # treatment and rate


@dataclass(frozen=True, slots=True)
class Creditable:
    """One line: what it billed, net, and what credit notes have taken back of that."""

    line: InvoiceLine
    credited: Money

    @property
    def left(self) -> Money:
        return self.line.billed - self.credited

    @property
    def tax_kind(self) -> TaxKind:
        return (self.line.tax_treatment, self.line.tax_bps)


@dataclass(frozen=True, slots=True)
class CreditedTax:
    """One row of taxes on a credit note."""

    treatment: str
    bps: int
    net: Money
    tax: Money
    text: str  # why there is no tax, in the invoice's words


def lines_of(invoice: Invoice) -> list[Creditable]:
    """Return the lines of an issued invoice in their order."""
    sums = CreditNoteLine.objects.filter(credit_note__invoice=invoice).values("invoice_line")
    credited = dict(sums.annotate(total=Sum("amount")).values_list("invoice_line", "total"))
    return [
        Creditable(line, Money(credited.get(line.pk, 0), invoice.currency))
        for line in invoice.lines.order_by("position")
    ]


def taxes_of(
    invoice: Invoice, lines: Sequence[Creditable], amounts: Mapping[int, Money]
) -> list[CreditedTax]:
    """Return what crediting *amounts* (by line) takes back per rate, the highest first.

    Rounded cumulatively: the tax of this credit is the tax of all credits so far less what
    was credited, so that the credits of a whole invoice add up to its tax.
    """
    nothing = zero(invoice.currency)
    billed: dict[TaxKind, Money] = defaultdict(lambda: nothing)
    before: dict[TaxKind, Money] = defaultdict(lambda: nothing)
    now: dict[TaxKind, Money] = defaultdict(lambda: nothing)
    for each in lines:
        billed[each.tax_kind] += each.line.billed
        before[each.tax_kind] += each.credited
        now[each.tax_kind] += amounts.get(each.line.pk, nothing)
    texts = {(row.treatment, row.bps): row.text for row in invoice.taxes.all()}
    rows = []
    for (treatment, bps), net in now.items():
        if not net:
            continue
        kind = (treatment, bps)
        whole = _tax_billed(invoice, billed, bps, billed[kind])
        until = proportion(whole, to_minor(before[kind] + net), to_minor(billed[kind]))
        since = proportion(whole, to_minor(before[kind]), to_minor(billed[kind]))
        text = texts.get(kind, invoice.tax_text)
        rows.append(CreditedTax(treatment, bps, net, until - since, text))
    return sorted(rows, key=lambda row: (-row.bps, row.treatment))


def _tax_billed(invoice: Invoice, billed: Mapping[TaxKind, Money], bps: int, net: Money) -> Money:
    if len(billed) == 1:
        return invoice.tax
    stored = {row.bps: row.tax for row in invoice.taxes.all() if row.bps}
    return stored.get(bps, share(net, basis_points=bps))
