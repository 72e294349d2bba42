"""What jobs do to documents after the money has moved: number fee invoices, keep PDFs."""

from __future__ import annotations

from django.db import transaction

from billing_site.kernel.references import public_ref
from billing_site.kernel.transitions import NotAllowed
from billing_site.platform import files
from billing_site.platform.queue import later
from invoices.documents import freezing, pdf
from invoices.models import FeeInvoice, Invoice
from invoices.services.numbering import OurKind, take_our_number


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


def keep_invoice_pdf(invoice_id: int) -> Invoice:
    """Draw an issued invoice and keep the file with its hash, once."""
    invoice = Invoice.objects.get(pk=invoice_id)
    if not invoice.is_issued:
        raise NotAllowed(f"{invoice} is not issued: there is nothing to keep.")
    if invoice.pdf_id:
        return invoice
    # Drawing takes a while; nobody waits for a lock meanwhile.
    content = pdf.draw(invoice.says, sha256=invoice.frozen_sha256)
    with transaction.atomic():
        locked = Invoice.objects.lock(invoice_id)
        if locked.pdf_id is None:
            _keep(locked, content, owner=locked.issuer_id)
    return locked


def keep_fee_invoice_pdf(fee_invoice_id: int) -> FeeInvoice:
    """Draw a numbered fee invoice and keep the file with its hash, once."""
    fee = FeeInvoice.objects.get(pk=fee_invoice_id)
    if not fee.is_issued:
        raise NotAllowed(f"{fee} has no number yet: there is nothing to keep.")
    if fee.pdf_id:
        return fee
    content = pdf.draw(fee.says, sha256=fee.frozen_sha256)
    with transaction.atomic():
        locked = FeeInvoice.objects.lock(fee_invoice_id)
        if locked.pdf_id is None:
            _keep(locked, content, owner=locked.recipient_id)
    return locked


def _keep(document: Invoice | FeeInvoice, content: bytes, *, owner: int) -> None:
    assert document.issued_at, "Only issued documents are kept."
    kept = files.store(
        content,
        name=f"{document.file_name}.pdf",
        content_type="application/pdf",
        owner=owner,
        at=document.issued_at,
    )
    document.pdf, document.pdf_sha256 = kept, kept.sha256
    document.save(update_fields=["pdf", "pdf_sha256"])
