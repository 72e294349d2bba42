"""What can be done with an invoice that was issued: correct it, or give up what is owed."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST

from billing_site.kernel.http import SignedInRequest
from billing_site.kernel.money import show
from billing_site.platform import clock
from invoices.forms.after import CorrectionForm, WriteOffForm
from invoices.models import WriteOff
from invoices.services import correcting, writing_off
from invoices.views.answering import answer, do
from invoices.views.invoices import find


@require_http_methods(["GET", "POST"])
def correction(request: SignedInRequest, ref: str) -> HttpResponse:
    invoice = find(request, ref)
    form = CorrectionForm(
        request.POST or None, invoice=invoice, lines=list(invoice.lines.order_by("position"))
    )
    return answer(
        request,
        form,
        deed=lambda: correcting.reissue(
            invoice.pk,
            form.correction(),
            reason=form.cleaned_data["reason"],
            by=request.user,
            at=clock.now(),
            op_id=form.cleaned_data["op_id"],
        ),
        done="Corrected. The new invoice has replaced this one; both are being drawn.",
        to=invoice,
        template="invoices/correction.html",
        context={"invoice": invoice},
    )


@require_http_methods(["GET", "POST"])
def write_off(request: SignedInRequest, ref: str) -> HttpResponse:
    invoice = find(request, ref)
    item = invoice.open_item
    seen = {"seen_owed": show(item.owed) if item else ""}
    form = WriteOffForm(request.POST or None, seen=seen)
    return answer(
        request,
        form,
        deed=lambda: writing_off.ask(
            invoice.pk,
            reason=form.cleaned_data["reason"],
            by=request.user,
            at=clock.now(),
            op_id=form.cleaned_data["op_id"],
        ),
        done="Asked. A second person of yours has to confirm it.",
        to=invoice,
        template="invoices/write_off.html",
        context={"invoice": invoice, "item": item},
    )


@require_POST
def write_off_confirmation(request: SignedInRequest, ref: str) -> HttpResponse:
    asked = _find(request, ref)
    return do(
        request,
        deed=lambda: writing_off.confirm(asked.pk, by=request.user, at=clock.now()),
        done="Written off. Should it be paid after all, you will be told.",
        to=asked.invoice,
    )


@require_POST
def write_off_refusal(request: SignedInRequest, ref: str) -> HttpResponse:
    asked = _find(request, ref)
    return do(
        request,
        deed=lambda: writing_off.refuse(asked.pk, by=request.user, at=clock.now()),
        done="Not written off: it is owed as before.",
        to=asked.invoice,
    )


def _find(request: SignedInRequest, ref: str) -> WriteOff:
    visible = WriteOff.objects.visible_to(request.user).select_related("invoice")
    return get_object_or_404(visible, ref=ref)
