"""The credit notes of an invoice, as its page lists them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from billing_site.kernel.money import Money, show
from invoices.models import CreditNote, Invoice


@dataclass(frozen=True, slots=True)
class CreditView:
    number: str
    url: str
    at: datetime | None
    gross: Money
    reason: str
    effect: str
    data_url: str  # empty: it is no valid e-invoice, or not drawn yet


def credit_notes_of(invoice: Invoice, *, is_client: bool) -> list[CreditView]:
    return [
        CreditView(
            number=note.number or "",
            url=note.get_absolute_url(),
            at=note.issued_at,
            gross=note.gross,
            reason=note.reason if note.reason.endswith((".", "!", "?")) else f"{note.reason}.",
            effect=_effect(note, is_client=is_client),
            data_url=reverse("credit-note-data", args=[note.ref]) if note.is_einvoice else "",
        )
        for note in invoice.credit_notes.newest_first()
    ]


def _effect(note: CreditNote, *, is_client: bool) -> str:
    """Where it went, our fee included, in the words of the side that reads it."""
    if not note.moves_money:
        return "A new invoice replaces it."
    whose = "your" if is_client else "the client's"
    said = []
    less = note.owed_less + note.to_receivable
    if less:
        said.append(f"{show(less)} with our fee is no longer owed.")
    if note.to_credit:
        said.append(f"{show(note.to_credit)} with our fee is {whose} credit.")
    return " ".join(said)
