"""The transactions of the organization that somebody acts for."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from billing_site.kernel.http import SignedInRequest
from billing_site.platform import filters as saved_filters
from billing_site.platform.views import saved_filters as saved
from records.forms.transactions import TransactionFilterForm, place_in
from records.queries.record_page import record_page
from records.queries.transactions import contract_choices, transactions

PAGE, LONGEST_NUMBER = "records", 19


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    ours = request.organization
    form = TransactionFilterForm(request.GET, organization=ours, contracts=contract_choices(ours))
    asked = form.asked()
    context = {
        "list": transactions(ours, asked, before=place_in(request.GET)),
        "form": form,
        "clear": reverse("records"),
        "saved": saved_filters.of(user_id=request.user.pk, page=PAGE),
        "export_url": f"{reverse('exports')}?{asked.url_with().partition('?')[2]}",
        "asked": asked.url_with().partition("?")[2],
    }
    return render(request, "records/transactions.html", context)


@require_safe
def detail(request: SignedInRequest, number: str) -> HttpResponse:
    is_number = number.isascii() and number.isdecimal() and len(number) < LONGEST_NUMBER
    page = record_page(request.organization, int(number)) if is_number else None
    if page is None:
        raise Http404
    return render(request, "records/record.html", {"page": page})


@require_POST
def filter_new(request: SignedInRequest) -> HttpResponse:
    return saved.keep(request, page=PAGE)


@require_POST
def filter_removal(request: SignedInRequest, ref: str) -> HttpResponse:
    return saved.remove(request, ref, page=PAGE)
