"""Disputes as their two sides see them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from billing_site.kernel.http import SignedInRequest
from billing_site.platform import clock
from disputes.documents import case_file as drawing
from disputes.forms.cases import EvidenceForm, MessageForm
from disputes.models import Dispute
from disputes.queries.case_file import case_file
from disputes.queries.case_list import case_list
from disputes.queries.case_page import CasePage, case_page
from invoices.documents.pdf import NotDrawn
from invoices.queries.viewer import viewer_of


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    page = case_list(
        request.organization, tab=request.GET.get("tab", ""), page=request.GET.get("page")
    )
    return render(request, "disputes/disputes.html", {"page": page})


@require_safe
def detail(request: SignedInRequest, ref: str) -> HttpResponse:
    page = page_of(request, find(request, ref))
    return render(request, "disputes/dispute.html", on_page(page))


@require_safe
def file(request: SignedInRequest, ref: str) -> HttpResponse:
    """The whole case as a PDF, as far as this reader may know it."""
    dispute = find(request, ref)
    reader = request.user
    messages_ = dispute.messages.visible_to(reader)
    told = case_file(dispute, messages_, made_for=str(reader), at=clock.now())
    try:
        return drawing.answer(told)
    except NotDrawn:
        messages.error(request, "The file could not be drawn now. Please try again.")
        return redirect(dispute)


def find(request: SignedInRequest, ref: str) -> Dispute:
    return get_object_or_404(Dispute.objects.visible_to(request.user).told(), ref=ref)


def page_of(request: SignedInRequest, dispute: Dispute) -> CasePage:
    viewer = viewer_of(request.membership, dispute.contract)
    return case_page(dispute, viewer, at=clock.now())


def on_page(page: CasePage, **sent: Any) -> dict[str, Any]:
    """The forms of a case's page; one that was refused stands in place of an empty one."""
    message = MessageForm(dispute=page.dispute, side=page.side) if page.may_speak else None
    evidence = EvidenceForm() if page.may_show else None
    return {"page": page, "message_form": message, "evidence_form": evidence, **sent}
