from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from billing_site.kernel.http import SignedInRequest
from billing_site.platform import clock, downloads, files
from invoices.documents import einvoice, freezing, pdf
from invoices.models import FeeInvoice, Receipt
from invoices.models.document import Document
from invoices.views.invoices import find


@require_safe
def invoice_pdf(request: SignedInRequest, ref: str) -> HttpResponse:
    """The document that was kept; before approval a preview that says it is none."""
    invoice = find(request, ref)
    if invoice.pdf is not None:
        return _file(files.open(invoice.pdf), invoice.pdf.name)
    if invoice.is_issued:
        return _later(request, str(invoice))
    frozen = freezing.preview(invoice, at=clock.now())
    return _file(pdf.draw(frozen, sha256=""), f"preview-{invoice.ref}.pdf")


@require_safe
def receipt_pdf(request: SignedInRequest, ref: str) -> HttpResponse:
    return _receipt(request, ref=ref)


@require_safe
def payment_receipt(request: SignedInRequest, ref: str) -> HttpResponse:
    """The receipt of a payment, for who has the payment's reference."""
    return _receipt(request, kind=Receipt.Kind.PAYMENT, charge__ref=ref)


@require_safe
def payout_advice(request: SignedInRequest, ref: str) -> HttpResponse:
    return _receipt(request, kind=Receipt.Kind.PAYOUT, payout__ref=ref)


@require_safe
def invoice_data(request: SignedInRequest, ref: str) -> HttpResponse:
    return kept_data(request, find(request, ref))


@require_safe
def fee_invoice_data(request: SignedInRequest, ref: str) -> HttpResponse:
    return kept_data(request, _fee_invoice(request, ref))


@require_safe
def fee_invoice_pdf(request: SignedInRequest, ref: str) -> HttpResponse:
    return kept_pdf(request, _fee_invoice(request, ref))


def kept_pdf(request: SignedInRequest, document: Document) -> HttpResponse:
    """The file that was kept, or word that it is being drawn."""
    if document.pdf is None:
        return _later(request, str(document))
    return _file(files.open(document.pdf), document.pdf.name)


def kept_data(request: SignedInRequest, document: Document) -> HttpResponse:
    """The XML out of the kept PDF: what was checked, and nothing made anew."""
    if document.is_issued and document.pdf is None:
        return _later(request, str(document))
    if document.pdf is None or not document.is_einvoice:
        raise Http404
    xml = einvoice.xml_in(files.open(document.pdf))
    response = HttpResponse(xml, content_type="application/xml")
    return downloads.saved(response, f"{document.file_name}.xml")


def _receipt(request: SignedInRequest, **which: str) -> HttpResponse:
    visible = Receipt.objects.visible_to(request.user).select_related("pdf")
    receipt = get_object_or_404(visible, **which)
    if receipt.pdf is None:
        return _later(request, str(receipt))
    return _file(files.open(receipt.pdf), receipt.pdf.name)


def _fee_invoice(request: SignedInRequest, ref: str) -> FeeInvoice:
    visible = FeeInvoice.objects.visible_to(request.user).select_related("pdf", "milestone")
    return get_object_or_404(visible, ref=ref)


def _file(content: bytes, name: str) -> HttpResponse:
    return downloads.shown(HttpResponse(content, content_type="application/pdf"), name)


def _later(request: SignedInRequest, name: str) -> HttpResponse:
    """It is issued and on its way: a page that looks again by itself."""
    response = render(request, "invoices/pdf_later.html", {"name": name}, status=202)
    response["Refresh"] = "3"
    return response
