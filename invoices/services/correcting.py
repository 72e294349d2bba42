"""A mistake on an issued invoice that is not about its sum: credited and issued anew, in one.

The new invoice asks for the same, says what is right, and takes over whatever was paid or is
owed: no money moves, and the books say nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from billing_site.kernel.references import public_ref
from billing_site.kernel.transitions import SYSTEM, NotAllowed, take
from billing_site.people.access import Deed
from billing_site.people.models import NumberPattern, User
from billing_site.platform.queue import later
from invoices import creditable
from invoices.documents import freezing
from invoices.documents.wording import wording_for
from invoices.models import CreditNote, Invoice, InvoiceLine, InvoiceTax
from invoices.services import crediting
from invoices.services.locking import lock_from_the_top
from invoices.services.numbering import take_number
from invoices.services.repeating import is_repeated
from invoices.services.telling import tell

REPLACED = SYSTEM("a corrected invoice replaces it")
COPIED = (
    "contract_id",
    "source",
    "milestone_id",
    "escrow_id",
    "issuer_id",
    "recipient_id",
    "title",
    "currency",
    "net",
    "tax",
    "gross",
    "tax_treatment",
    "tax_bps",
    "tax_text",
    "cost_center",
    "project",
    "note",
    "language",
    "net_days",
    "prices_include_tax",
    "discount_bps",
    "discount",
    "discount_net",
    "supplied_from",
    "supplied_to",
)


@dataclass(frozen=True, slots=True)
class Correction:
    """What the new invoice says differently. Names and addresses are those of today anyway."""

    purchase_order: str
    descriptions: Mapping[int, str]  # by the key of the line; others stay


@transaction.atomic
def reissue(
    invoice_id: int,
    correction: Correction,
    *,
    reason: str,
    by: User,
    at: datetime,
    op_id: UUID | None = None,
) -> Invoice:
    """Credit the invoice in full and issue it anew with what is right; return the new one.

    Both name each other. The client approved the work and the sum, and neither changes, so
    that it is not asked again. Posts nothing.

    :raises WrongState: it was never issued, or is credited or written off.
    :raises NotYours: *by* does not bill for the issuer.
    :raises NotAllowed: a part of it was credited: what is left of it is corrected by hand.
    """
    _, old = lock_from_the_top(invoice_id)
    if is_repeated(by, "invoice.reissue", f"invoice/{old.ref}", op_id=op_id, at=at):
        return Invoice.objects.get(corrects=old)
    crediting.check(old, by=by)
    if old.credit_notes.exists():
        raise NotAllowed(
            f"A part of {old} was credited. Credit the rest, and send a new invoice for it."
        )
    was_paid = old.state == Invoice.State.PAID
    note = _credit(old, reason=reason, by=by, at=at)
    new = _copy(old, correction, at=at)
    _approve(new, old, note, by=by, at=at)
    if was_paid:
        take(new.settle, by=SYSTEM(f"{old} was paid"), at=at)
    later("invoices.tasks.render_invoice", invoice_id=new.pk)
    tell(
        new.recipient,
        Deed.VIEW,
        new,
        template="invoice_corrected",
        subject=f"Invoice {new.number} replaces {old.number}",
        key="corrected",
        at=at,
        issuer=str(new.issuer),
        number=new.number,
        old=old.number,
        note=note.number,
        reason=note.reason,
        was_paid=was_paid,
    )
    return new


def _credit(old: Invoice, *, reason: str, by: User, at: datetime) -> CreditNote:
    lines, chosen = creditable.lines_of(old), crediting.whole(old)
    note = crediting.draft(old, lines, chosen, reason=reason, by=by)
    note.moves_money = False
    take(old.credit, by=REPLACED, at=at)
    crediting.issue(note, lines, chosen, at=at)
    return note


def _copy(old: Invoice, correction: Correction, *, at: datetime) -> Invoice:
    """The same invoice without a number. What is owed on the old one is owed on it."""
    new = Invoice(
        **{name: getattr(old, name) for name in COPIED},
        purchase_order=correction.purchase_order,
        corrects=old,
        created_at=at,
    )
    new.save(force_insert=True)
    InvoiceLine.objects.bulk_create(_line(new, line, correction) for line in old.lines.all())
    InvoiceTax.objects.bulk_create(tax.copied_to(new) for tax in old.taxes.all())
    if old.open_item_id:
        item, old.open_item = old.open_item, None
        old.save(update_fields=["open_item"])
        new.open_item = item
        new.save(update_fields=["open_item"])
    return new


def _line(new: Invoice, line: InvoiceLine, correction: Correction) -> InvoiceLine:
    copy = line.copied_to(new)
    copy.description = correction.descriptions.get(line.pk) or line.description
    return copy


def _approve(new: Invoice, old: Invoice, note: CreditNote, *, by: User, at: datetime) -> None:
    """Nobody is asked again: it is what *old* was approved for, by the same people, as of then."""
    take(new.submit, by=by, at=at, submitted_by=old.submitted_by)
    code = public_ref()
    number = take_number(NumberPattern.Kind.INVOICE, issuer=new.issuer, on=at.date())
    frozen = freezing.invoice(
        new, number=number.text, code=code, at=at, purchase_order=new.purchase_order
    )
    wording = wording_for(new.recipient)
    frozen["about"].append(wording.say("replaces", old=old.number, note=note.number))
    if old.due_on:
        frozen["due_on"] = old.due_on.isoformat()
    take(
        new.approve,
        by=SYSTEM(f"it corrects {old}, which was approved"),
        at=at,
        approved_by=old.approved_by,
        purchase_order=new.purchase_order,
        number=number,
        frozen=frozen,
        frozen_sha256=freezing.sha256(frozen),
        verification_code=code,
    )
    new.due_on, new.approved_at = old.due_on, old.approved_at
    new.save(update_fields=["due_on", "approved_at"])
