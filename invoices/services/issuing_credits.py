"""What jobs do to credit notes after the money has moved: number those for fees, keep PDFs."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from billing_site.kernel.references import public_ref
from billing_site.platform.queue import later
from invoices.documents import freezing, freezing_credits
from invoices.models import CreditNote, FeeCreditNote
from invoices.services.issuing import keep, number_fee_invoice
from invoices.services.numbering import OurKind, take_our_number


@transaction.atomic
def number_fee_credit_note(fee_credit_note_id: int) -> FeeCreditNote:
    """Give it its number and freeze it, after what it credits; a second time changes nothing."""
    fee_id = FeeCreditNote.objects.values_list("fee_invoice_id", flat=True).get(
        pk=fee_credit_note_id
    )
    fee = number_fee_invoice(fee_id)
    note = FeeCreditNote.objects.lock(fee_credit_note_id)
    if note.is_issued:
        return note  # The job runs at least once; the first run did it.
    note.fee_invoice = fee
    number = take_our_number(OurKind.FEE_CREDIT, on=note.caused_at.date())
    note.bear(number)
    note.verification_code = public_ref()
    note.issued_at = note.caused_at
    note.frozen = freezing_credits.fee_credit_note(note)
    note.frozen_sha256 = freezing.sha256(note.frozen)
    note.save()
    later("invoices.tasks.render_fee_credit_note", fee_credit_note_id=note.pk)
    return note


def keep_credit_note_pdf(credit_note_id: int, *, at: datetime) -> CreditNote:
    """Draw a credit note and keep the file with its hash, once."""
    return keep(CreditNote, credit_note_id, owner="issuer_id", at=at)


def keep_fee_credit_note_pdf(fee_credit_note_id: int, *, at: datetime) -> FeeCreditNote:
    return keep(FeeCreditNote, fee_credit_note_id, owner="recipient_id", at=at)
