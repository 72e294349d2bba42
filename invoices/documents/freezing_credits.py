"""What credit notes say, copied when they are issued."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from billing_site.kernel.money import Money
from invoices.creditable import Creditable, CreditedTax
from invoices.documents.figures import plain
from invoices.documents.freezing import Frozen, day, look, paper, party, platform
from invoices.documents.wording import wording_for
from invoices.models import CreditNote, FeeCreditNote, FeeInvoice
from invoices.taxing import fee_treatment


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
    wording = wording_for(note.recipient)
    order = invoice.purchase_order
    reasons = [wording.reason(row.text) for row in taxes]
    return {
        "language": wording.language,
        "kind": wording["credit_note"],
        "number": note.number,
        "code": note.verification_code,
        "issued_on": day(issued_at),
        "supplied_from": day(issued_at),
        "supplied_to": day(issued_at),
        "note": wording.say(
            "credits_invoice", number=invoice.number, day=wording.day(day(billed_at))
        ),
        "issuer": party(note.issuer, wording),
        "look": look(note.issuer),
        "recipient": party(note.recipient, wording),
        "about": [
            wording.say("about_invoice", number=invoice.number),
            note.reason,
            *([wording.say("purchase_order", text=order)] if order else []),
        ],
        "corrects": {"number": invoice.number, "issued_on": day(billed_at)},
        "purchase_order": order,
        "currency": note.currency,
        "lines": [
            {
                "description": each.line.description,
                "detail": each.line.detail,
                "quantity": "1",
                "unit_price": plain(amounts[each.line.pk]),
                "tax": wording.short_tax(each.line.tax_treatment, each.line.tax_bps),
                "treatment": each.line.tax_treatment,
                "bps": each.line.tax_bps,
                "amount": plain(amounts[each.line.pk]),
            }
            for each in lines
        ],
        "taxes": [
            {
                "words": wording.tax(row.treatment, row.bps),
                "treatment": row.treatment,
                "bps": row.bps,
                "reason": reason,
                "net": plain(row.net),
                "tax": plain(row.tax),
            }
            for row, reason in zip(taxes, reasons, strict=True)
        ],
        "net": plain(note.net),
        "tax": plain(note.tax),
        "gross": plain(note.gross),
        "paid": plain(note.gross),
        "paid_words": wording["given_back_or_not_owed"],
        "texts": [reason for reason in dict.fromkeys(reasons) if reason],
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
    by_client = fee.side == FeeInvoice.Side.CLIENT
    wording = wording_for(fee.recipient)
    reason = wording.reason(fee.tax_text)
    return {
        "language": wording.language,
        "kind": wording["fee_credit_note"],
        "number": note.number,
        "code": note.verification_code,
        "issued_on": day(note.caused_at),
        "supplied_from": day(note.caused_at),
        "supplied_to": day(note.caused_at),
        "note": wording.say("credits_fee_invoice", number=fee.number),
        "issuer": platform(wording),
        "recipient": party(fee.recipient, wording),
        "about": [
            wording.say("about_fee_invoice", number=fee.number),
            wording.say("contract", title=fee.contract.title),
        ],
        "corrects": {"number": fee.number, "issued_on": day(fee.issued_at)},
        "currency": note.currency,
        "lines": [
            {
                "description": wording["client_fee_back" if by_client else "freelancer_fee_back"],
                "detail": fee.title,
                "quantity": "1",
                "unit_price": plain(note.net),
                "tax": wording.percent(fee.tax_bps),
                **taxed,
                "amount": plain(note.net),
            }
        ],
        "taxes": [
            {
                "words": wording.say("vat", share=wording.percent(fee.tax_bps)),
                **taxed,
                "reason": reason,
                "net": plain(note.net),
                "tax": plain(note.tax),
            }
        ],
        "net": plain(note.net),
        "tax": plain(note.tax),
        "gross": plain(note.gross),
        "paid": plain(note.gross),
        "paid_words": wording["given_back"],
        "texts": [reason] if reason else [],
        "paper": paper(fee.recipient.country),
    }
