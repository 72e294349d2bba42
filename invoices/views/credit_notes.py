"""Credit notes: the page that asks for one, and the documents."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_safe

from billing_site.kernel.http import SignedInRequest
from billing_site.kernel.money import show
from billing_site.platform import clock
from invoices.forms.credits import CreditForm
from invoices.models import CreditNote, FeeCreditNote
from invoices.queries.credit_page import credit_page
from invoices.queries.viewer import viewer_of
from invoices.services import crediting
from invoices.views.answering import answer
from invoices.views.documents import kept_data, kept_pdf
from invoices.views.invoices import find


@require_http_methods(["GET", "POST"])
def credit(request: SignedInRequest, ref: str) -> HttpResponse:
    invoice = find(request, ref)
    page = credit_page(invoice, viewer_of(request.membership, invoice.contract))
    form = CreditForm(
        request.POST or None, lines=page.lines, seen={"seen_left": show(page.left_gross)}
    )
    return answer(
        request,
        form,
        deed=lambda: crediting.credit(
            invoice.pk,
            amounts=form.amounts(),
            reason=form.cleaned_data["reason"],
            by=request.user,
            at=clock.now(),
            op_id=form.cleaned_data["op_id"],
        ),
        done=f"Credited. {page.other} has been told, and the credit note is being drawn.",
        to=invoice,
        template="invoices/credit.html",
        context={"page": page},
    )


@require_safe
def credit_note_pdf(request: SignedInRequest, ref: str) -> HttpResponse:
    return kept_pdf(request, _credit_note(request, ref))


@require_safe
def credit_note_data(request: SignedInRequest, ref: str) -> HttpResponse:
    return kept_data(request, _credit_note(request, ref))


@require_safe
def fee_credit_note_pdf(request: SignedInRequest, ref: str) -> HttpResponse:
    visible = FeeCreditNote.objects.visible_to(request.user).select_related("pdf", "fee_invoice")
    return kept_pdf(request, get_object_or_404(visible, ref=ref))


def _credit_note(request: SignedInRequest, ref: str) -> CreditNote:
    visible = CreditNote.objects.visible_to(request.user).select_related("pdf", "invoice")
    return get_object_or_404(visible, ref=ref)
