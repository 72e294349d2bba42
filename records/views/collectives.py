"""Collective statements: a client's month on one paper, read here and kept as PDF."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from billing_site.kernel.http import SignedInRequest
from invoices.documents import paper as papers
from invoices.views.documents import kept_pdf
from records.models import CollectiveStatement


@require_safe
def detail(request: SignedInRequest, ref: str) -> HttpResponse:
    statement = _find(request, ref)
    context = {"statement": statement, "paper": papers.of(statement.says)}
    return render(request, "records/collective.html", context)


@require_safe
def paper(request: SignedInRequest, ref: str) -> HttpResponse:
    return kept_pdf(request, _find(request, ref))


def _find(request: SignedInRequest, ref: str) -> CollectiveStatement:
    visible = CollectiveStatement.objects.visible_to(request.user).select_related("pdf")
    return get_object_or_404(visible, ref=ref)
