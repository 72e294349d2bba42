"""In which currency a client is charged while nobody looks."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from billing_site.kernel.http import SignedInRequest
from billing_site.people.access import Deed, allows
from billing_site.platform import clock
from payments.forms.currencies import ChargeCurrencyForm
from payments.queries.charged_in import charged_in, words_of
from payments.services import currency_choices
from payments.views.acting import payer


@require_http_methods(["GET", "POST"])
def choice(request: SignedInRequest) -> HttpResponse:
    client, at = payer(request), clock.now()
    may_change = allows(request.membership, Deed.FUND)
    if request.method == "POST" and not may_change:
        raise PermissionDenied
    page = charged_in(client, at=at)
    form = ChargeCurrencyForm(request.POST or None, page=page)
    if request.method == "POST" and form.is_valid():
        said = currency_choices.choose(client, is_own=form.is_own, by=request.user, at=at)
        messages.success(request, f"Kept. {words_of(client, said)}")
        return redirect("methods")
    status = 422 if form.errors else 200
    context = {"page": page, "form": form, "may_change": may_change}
    return render(request, "payments/charge_currency.html", context, status=status)
