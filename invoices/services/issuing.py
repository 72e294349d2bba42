"""What jobs do to documents after the money has moved: number fee invoices, keep PDFs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from django.db import transaction

from billing_site.kernel.references import public_ref
from billing_site.kernel.transitions import SYSTEM, NotAllowed
from billing_site.platform import audit, files
from billing_site.platform.queue import later
from invoices.documents import einvoice, freezing, pdf
from invoices.documents.recorded import KEPT, facts_of, subject_of
from invoices.models import CreditNote, FeeCreditNote, FeeInvoice, Invoice, Receipt
from invoices.models.document import Document
from invoices.services.numbering import OurKind, take_our_number

P = TypeVar("P", bound=Document)
D = TypeVar("D", Invoice, FeeInvoice, CreditNote, FeeCreditNote)
DRAWN = SYSTEM("its file was drawn")


@transaction.atomic
def number_fee_invoice(fee_invoice_id: int) -> FeeInvoice:
    """Give a fee invoice its number and freeze it; a second time changes nothing."""
    fee = FeeInvoice.objects.lock(fee_invoice_id)
    if fee.is_issued:
        return fee  # The job runs at least once; the first run did it.
    number = take_our_number(OurKind.FEE, on=fee.caused_at.date())
    fee.bear(number)
    fee.verification_code = public_ref()
    fee.issued_at = fee.caused_at
    fee.frozen = freezing.fee_invoice(fee, number=number.text, code=fee.verification_code)
    fee.frozen_sha256 = freezing.sha256(fee.frozen)
    fee.save()
    later("invoices.tasks.render_fee_invoice", fee_invoice_id=fee.pk)
    return fee


def keep_invoice_pdf(invoice_id: int, *, at: datetime) -> Invoice:
    """Draw an issued invoice and keep the file with its hash, once."""
    return keep(Invoice, invoice_id, owner="issuer_id", at=at)


def keep_fee_invoice_pdf(fee_invoice_id: int, *, at: datetime) -> FeeInvoice:
    """Draw a numbered fee invoice and keep the file with its hash, once."""
    return keep(FeeInvoice, fee_invoice_id, owner="recipient_id", at=at)


def keep_receipt_pdf(receipt_id: int) -> Receipt:
    """Draw a numbered receipt and keep the file with its hash, once. It is no e-invoice."""
    receipt = Receipt.objects.get(pk=receipt_id)
    return keep_plain(receipt, lock=Receipt.objects.lock, owner=receipt.recipient_id)


def keep_plain(document: P, *, lock: Callable[[int], P], owner: int) -> P:
    """Draw what is issued and bills nothing, and keep the file with its hash, once.

    :raises NotAllowed: it has no number yet.
    """
    if not document.is_issued:
        raise NotAllowed(f"{document} has no number yet: there is nothing to keep.")
    if document.pdf_id:
        return document
    content = pdf.draw(document.says, sha256=document.frozen_sha256)
    with transaction.atomic():
        locked = lock(document.pk)
        if locked.pdf_id is None:
            _keep_file(locked, content, owner=owner)
    return locked


def keep(model: type[D], pk: int, *, owner: str, at: datetime) -> D:
    """Check the document as an e-invoice, draw it, and keep both with it.

    It carries its data only if the rules have nothing against them; what is broken is
    kept to be shown. A document is issued either way.
    """
    document = model.objects.get(pk=pk)
    if not document.is_issued:
        raise NotAllowed(f"{document} is not issued: there is nothing to keep.")
    if document.pdf_id:
        return document
    # Checking and drawing take a while; nobody waits for a lock meanwhile.
    xml, verdict = einvoice.check(document.says, at=at)
    content = pdf.draw(
        document.says, sha256=document.frozen_sha256, xml=xml if verdict.is_valid else b""
    )
    with transaction.atomic():
        locked = model.objects.lock(pk)
        if locked.pdf_id is None:
            locked.einvoice = verdict.as_json()
            _keep_file(locked, content, owner=getattr(locked, owner))
    return locked


def _keep_file(document: Document, content: bytes, *, owner: int) -> None:
    assert document.issued_at, "Only issued documents are kept."
    kept = files.store(
        content,
        name=f"{document.file_name}.pdf",
        content_type="application/pdf",
        owner=owner,
        at=document.issued_at,
    )
    document.pdf, document.pdf_sha256 = kept, kept.sha256
    document.save(update_fields=["pdf", "pdf_sha256", "einvoice"])
    audit.record(DRAWN, KEPT, subject_of(document), at=document.issued_at, **facts_of(document))
