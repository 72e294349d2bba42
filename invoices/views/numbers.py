from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from billing_site.kernel.http import SignedInRequest
from invoices.queries.number_report import countings


@require_safe
def report(request: SignedInRequest) -> HttpResponse:
    """What the organization has numbered, and that no number is missing."""
    found = countings(request.organization)
    context = {"countings": found, "is_whole": all(each.is_whole for each in found)}
    return render(request, "invoices/number_report.html", context)
