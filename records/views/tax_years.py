"""A year's figures for a tax return, as a page and as a pack of files."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from billing_site.kernel.http import SignedInRequest
from billing_site.kernel.transitions import NotAllowed
from billing_site.platform import clock
from records.queries.currencies import currencies
from records.queries.platform_reports import form_1099k, is_reported_in_the_eu
from records.queries.tax_year import billed_in, tax_year
from records.services import exports

FIRST_YEAR, YEARS = 2000, 7  # shown as tabs, the newest first


@require_http_methods(["GET", "POST"])
def detail(request: SignedInRequest, year: int) -> HttpResponse:
    ours, at = request.organization, clock.now()
    if not FIRST_YEAR <= year <= at.year:
        raise Http404
    of = currencies(ours, request.GET.get("currency", ""), also=billed_in(ours, year))
    currency = of.current
    form = forms.Form(request.POST or None)
    if request.method == "POST":
        try:
            export = exports.request_tax_pack(ours, currency, year, by=request.user, at=at)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(export)
    page = tax_year(ours, currency, year)
    context = {
        "page": page,
        "form": form,
        "currencies": of,
        "form_1099k": form_1099k(page),
        "is_reported_in_the_eu": is_reported_in_the_eu(page),
        "years": range(at.year, max(ours.created_at.year, at.year - YEARS) - 1, -1),
        "quarter_headings": ["", "Billed", "Credited", "Our fees", "Fees given back"],
        "tax_headings": ["", "Net", "Tax", "Gross"],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "records/tax_year.html", context, status=status)
