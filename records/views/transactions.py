"""The transactions of the organization that somebody acts for."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from billing_site.kernel.http import SignedInRequest
from billing_site.kernel.transitions import NotAllowed
from billing_site.platform import filters as saved_filters
from billing_site.platform.models import SavedFilter
from invoices.forms.queue import SavedFilterForm
from records.forms.transactions import TransactionFilterForm, place_in
from records.queries.record_page import record_page
from records.queries.transactions import contract_choices, transactions

PAGE, LONGEST_QUERY, LONGEST_NUMBER = "records", 1_000, 19


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
    """Keep what the list shows under a name."""
    query = QueryDict(request.POST.get("query", "")[:LONGEST_QUERY]).urlencode()
    form = SavedFilterForm({"name": request.POST.get("name", ""), "query": query})
    if not form.is_valid():
        messages.error(request, "Give the filter a name of up to 60 letters. Nothing was saved.")
    else:
        try:
            saved_filters.keep(user_id=request.user.pk, page=PAGE, **form.cleaned_data)
        except NotAllowed as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"Saved as “{form.cleaned_data['name']}”.")
    return redirect(f"{reverse('records')}?{query}")


@require_POST
def filter_removal(request: SignedInRequest, ref: str) -> HttpResponse:
    mine = SavedFilter.objects.filter(user_id=request.user.pk, page=PAGE)
    found = get_object_or_404(mine, ref=ref)
    saved_filters.forget(found.pk, user_id=request.user.pk)
    messages.success(request, f"“{found}” is not kept any more.")
    return redirect("records")
