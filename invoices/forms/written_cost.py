"""What a written invoice comes to for both sides, from a form that may be half filled in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from billing_site.kernel.money import show
from billing_site.kernel.transitions import NotAllowed
from invoices.fees import cost_of_invoice
from invoices.forms.written import Editor
from invoices.models import Invoice
from invoices.pricing import NO_DISCOUNT
from invoices.queries import costs
from invoices.queries.costs import CostLine, CostView
from invoices.services.writing import checked_totals
from invoices.taxing import rate_words
from invoices.totals import Totals
from invoices.written import WrittenInvoice


@dataclass(frozen=True, slots=True)
class WrittenCost:
    sums: list[CostLine]
    as_client: CostView | None
    as_freelancer: CostView | None
    missing: str  # what has to be filled in before there is a figure, or what is wrong


def written_cost(editor: Editor, *, at: datetime) -> WrittenCost:
    """Return what the lines come to that are written so far."""
    good = [line for line in editor.filled if line.is_valid()]
    if not good:
        words = "Write a line with its price, and the whole cost for both sides stands here."
        return WrittenCost([], None, None, words)
    editor.head.is_valid()
    facts = editor.head.cleaned_data
    written = WrittenInvoice(
        title=facts.get("title", ""),
        lines=[line.written(tax_text="") for line in good],
        discount=facts.get("discount") or NO_DISCOUNT,
        prices_include_tax=facts.get("prices_include_tax", False),
    )
    contract = editor.contract
    try:
        sums = checked_totals(written, currency=contract.currency)
    except NotAllowed as refusal:
        return WrittenCost([], None, None, str(refusal))
    asked = Invoice(
        contract=contract,
        source=Invoice.Source.LINES,
        currency=sums.currency,
        net=sums.net,
        tax=sums.tax,
        gross=sums.gross,
        tax_treatment=sums.taxes[0].treatment,
        tax_bps=sums.taxes[0].bps,
    )
    words = ", ".join(rate_words(tax.treatment, tax.bps) for tax in sums.taxes)
    cost = replace(cost_of_invoice(asked, on=at.date()), tax_words=words)
    return WrittenCost(
        sums=_sums(sums),
        as_client=costs.as_client(cost, contract, total=f"{contract.client} pays"),
        as_freelancer=costs.as_freelancer(cost, contract),
        missing="",
    )


def _sums(sums: Totals) -> list[CostLine]:
    """The foot of the paper: lines, discount, net, what each rate makes, total."""
    rows = []
    if sums.discount:
        before = sums.lines_net if not sums.inclusive else sums.gross + sums.entered_discount
        rows.append(CostLine("Lines", before, note="with VAT" if sums.inclusive else ""))
        rows.append(CostLine("Discount", -sums.entered_discount))
    rows.append(CostLine("Net", sums.net))
    for tax in sums.taxes:
        words = rate_words(tax.treatment, tax.bps)
        note = f"on {show(tax.net)}" if len(sums.taxes) > 1 else ""
        rows.append(CostLine(words, tax.tax, note=note))
    return rows
