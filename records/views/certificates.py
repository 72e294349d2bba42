"""Certificates of earnings and of spend: seen first, issued then, and kept as PDF."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from billing_site.kernel.http import SignedInRequest
from billing_site.kernel.transitions import NotAllowed
from billing_site.platform import clock
from invoices.views.documents import kept_pdf
from records.forms.certificates import CertificateDaysForm, CertificateForm
from records.models import Certificate
from records.queries.certified import certified
from records.queries.currencies import currencies
from records.services import certificates

SHOWN = 25


@require_http_methods(["GET", "POST"])
def index(request: SignedInRequest) -> HttpResponse:
    """Looking shows what it would say; posting issues exactly that."""
    ours, at = request.organization, clock.now()
    if request.method != "POST":
        form = CertificateDaysForm(request.GET, today=at.date())
        return _page(request, form, is_seen=form.is_valid())
    asked = CertificateForm(request.POST, today=at.date())
    is_seen = asked.is_valid()
    if is_seen:
        try:
            issued = certificates.issue(ours, **asked.cleaned_data, by=request.user, at=at)
        except NotAllowed as refusal:
            asked.add_error(None, str(refusal))
        else:
            messages.success(request, f"Issued as {issued.number}. The file is being drawn.")
            return redirect("certificates")
    return _page(request, asked, is_seen=is_seen)


@require_safe
def paper(request: SignedInRequest, ref: str) -> HttpResponse:
    visible = Certificate.objects.visible_to(request.user).select_related("pdf")
    return kept_pdf(request, get_object_or_404(visible, ref=ref))


def _page(request: SignedInRequest, form: CertificateDaysForm, *, is_seen: bool) -> HttpResponse:
    """The days, what they come to where *is_seen*, and the form that issues that."""
    ours = request.organization
    sent = request.POST if request.method == "POST" else request.GET
    days = {name: sent.get(name) for name in ("since", "until")}
    of = currencies(ours, sent.get("currency", ""), keep=days)
    currency = of.current
    chosen = form.cleaned_data
    context = {
        "form": form,
        "currency": currency,
        "currencies": of,
        "is_client": ours.is_client,
        "op_id": uuid.uuid4(),
        "days": chosen if is_seen else None,
        "certified": certified(ours, currency, chosen["since"], chosen["until"])
        if is_seen
        else None,
        "headings": [
            "Month",
            "Work",
            "Our fee",
            "Went back",
            "Spent" if ours.is_client else "Yours",
        ],
        "issued": Certificate.objects.filter(organization=ours).order_by("-pk")[:SHOWN],
    }
    status = 422 if form.errors else 200
    return render(request, "records/certificates.html", context, status=status)
