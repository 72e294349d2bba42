"""What credit notes say, copied when they are issued."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from billing_site.kernel.money import Money
from invoices.creditable import Creditable, CreditedTax
from invoices.documents.figures import plain, short_rate
from invoices.documents.freezing import Frozen, day, paper, party, platform
from invoices.models import CreditNote, FeeCreditNote, FeeInvoice
from invoices.models.contract import TaxTreatment
from invoices.taxing import fee_treatment, percent, rate_words


def credit_note(
    note: CreditNote,
    lines: Sequence[Creditable],
    amounts: Mapping[int, Money],
    taxes: Sequence[CreditedTax],
) -> Frozen:
    """Return what a credit note says: of which invoice, why, and how much of which line."""
    invoice, issued_at = note.invoice, note.issued_at
    billed_at = invoice.issued_at
    assert issued_at, "It is being issued."
    assert billed_at, "Only issued invoices are credited."
    return {
        "kind": "Credit note",
        "number": note.number,
        "code": note.verification_code,
        "issued_on": day(issued_at),
        "supplied_from": day(issued_at),
        "supplied_to": day(issued_at),
        "note": f"Credits invoice {invoice.number} of {day(billed_at)}",
        "issuer": party(note.issuer),
        "recipient": party(note.recipient),
        "about": [
            f"Invoice {invoice.number}",
            note.reason,
            *([f"Purchase order {invoice.purchase_order}"] if invoice.purchase_order else []),
        ],
        "corrects": {"number": invoice.number, "issued_on": day(billed_at)},
        "purchase_order": invoice.purchase_order,
        "currency": note.currency,
        "lines": [
            {
                "description": each.line.description,
                "detail": each.line.detail,
                "quantity": "1",
                "unit_price": plain(amounts[each.line.pk]),
                "tax": short_rate(each.line.tax_treatment, each.line.tax_bps),
                "treatment": each.line.tax_treatment,
                "bps": each.line.tax_bps,
                "amount": plain(amounts[each.line.pk]),
            }
            for each in lines
        ],
        "taxes": [
            {
                "words": _words(row.treatment, row.bps),
                "treatment": row.treatment,
                "bps": row.bps,
                "reason": invoice.tax_text,
                "net": plain(row.net),
                "tax": plain(row.tax),
            }
            for row in taxes
        ],
        "net": plain(note.net),
        "tax": plain(note.tax),
        "gross": plain(note.gross),
        "paid": plain(note.gross),
        "paid_words": "Given back or no longer owed",
        "texts": [invoice.tax_text] if invoice.tax_text else [],
        "paper": paper(note.recipient.country),
    }


def fee_credit_note(note: FeeCreditNote) -> Frozen:
    """Return what a credit note for a fee says. The platform issues it, as of what caused it."""
    fee = note.fee_invoice
    assert fee.issued_at, "It was numbered before."
    taxed = {
        "treatment": fee_treatment(fee.recipient, fee.tax_bps, on=fee.caused_at.date()),
        "bps": fee.tax_bps,
    }
    name = "Client fee" if fee.side == FeeInvoice.Side.CLIENT else "Freelancer fee"
    return {
        "kind": "Fee credit note",
        "number": note.number,
        "code": note.verification_code,
        "issued_on": day(note.caused_at),
        "supplied_from": day(note.caused_at),
        "supplied_to": day(note.caused_at),
        "note": f"Credits fee invoice {fee.number}",
        "issuer": platform(),
        "recipient": party(fee.recipient),
        "about": [f"Fee invoice {fee.number}", f"Contract “{fee.contract.title}”"],
        "corrects": {"number": fee.number, "issued_on": day(fee.issued_at)},
        "currency": note.currency,
        "lines": [
            {
                "description": f"{name} given back",
                "detail": fee.title,
                "quantity": "1",
                "unit_price": plain(note.net),
                "tax": percent(fee.tax_bps),
                **taxed,
                "amount": plain(note.net),
            }
        ],
        "taxes": [
            {
                "words": f"VAT {percent(fee.tax_bps)}",
                **taxed,
                "reason": fee.tax_text,
                "net": plain(note.net),
                "tax": plain(note.tax),
            }
        ],
        "net": plain(note.net),
        "tax": plain(note.tax),
        "gross": plain(note.gross),
        "paid": plain(note.gross),
        "paid_words": "Given back",
        "texts": [fee.tax_text] if fee.tax_text else [],
        "paper": paper(fee.recipient.country),
    }


def _words(treatment: str, bps: int) -> str:
    words = rate_words(treatment, bps)
    return words if treatment == TaxTreatment.STANDARD else f"VAT {percent(0)}, {words}"
