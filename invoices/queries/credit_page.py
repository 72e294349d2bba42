"""The page on which a freelancer takes back a part of an issued invoice, or all of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from billing_site.kernel.money import Money, zero
from billing_site.people.access import Deed
from billing_site.people.models import Organization
from invoices import creditable
from invoices.creditable import Creditable
from invoices.models import Invoice
from invoices.queries.costs import CostLine
from invoices.queries.viewer import Viewer, other_side


@dataclass(frozen=True, slots=True)
class CreditPage:
    invoice: Invoice
    other: Organization
    lines: Sequence[Creditable]
    left_gross: Money
    facts: Sequence[CostLine]
    total: CostLine
    what_happens: str
    may_credit: bool
    why_not: str


def credit_page(invoice: Invoice, viewer: Viewer) -> CreditPage:
    lines = creditable.lines_of(invoice)
    nothing = zero(invoice.currency)
    left = left_of(invoice)
    why_not = _why_not(invoice, viewer)
    return CreditPage(
        invoice=invoice,
        other=other_side(viewer, invoice.contract),
        lines=lines,
        left_gross=left,
        facts=[
            CostLine("Billed", invoice.gross),
            CostLine("Credited so far", invoice.gross - left),
        ],
        total=CostLine("Can be credited", left),
        what_happens=_what_happens(invoice, nothing),
        may_credit=not why_not,
        why_not=why_not,
    )


def left_of(invoice: Invoice) -> Money:
    """Return what of the invoice no credit note has taken back."""
    notes = invoice.credit_notes.values_list("gross", flat=True)
    credited = sum(notes, 0)
    return invoice.gross - Money(credited, invoice.currency)


def _why_not(invoice: Invoice, viewer: Viewer) -> str:
    if viewer.is_client or not viewer.may(Deed.WORK):
        return f"Only {invoice.issuer} credits what it billed."
    if invoice.state not in Invoice.CREDITABLE:
        return f"The invoice is {invoice.get_state_display()}: nothing of it can be credited."
    return ""


def _what_happens(invoice: Invoice, nothing: Money) -> str:
    item = invoice.open_item
    if item is not None and item.owed > nothing:
        return (
            "What the client has not paid yet is no longer owed. Beyond that, what was paid goes "
            "back as their credit: from this money while it is pending, then from what you can "
            "withdraw, and what is missing you owe. Our fees go back in proportion."
        )
    return (
        "It has been paid, so the sum becomes the client's credit: from this money while it is "
        "pending, then from what you can withdraw, and what is missing you owe. Our fees go back "
        "in proportion, yours too."
    )
