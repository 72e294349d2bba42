"""A freelancer pays back what they owe, by their own choice."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from billing_site.kernel.http import SignedInRequest
from billing_site.kernel.money import EXPONENTS, show
from billing_site.kernel.transitions import NotAllowed
from billing_site.platform import clock
from payments.forms.debts import PayDebtForm
from payments.queries.debts import plan
from payments.queries.paying_debts import debt_page
from payments.services import debts
from payments.views.acting import withdrawer


@require_http_methods(["GET", "POST"])
def pay(request: SignedInRequest, currency: str) -> HttpResponse:
    """Looking at it shows what it takes; posting is the consent to exactly that."""
    organization, at = withdrawer(request), clock.now()
    if currency not in EXPONENTS:
        raise Http404
    page = debt_page(organization, currency, at=at)
    form = PayDebtForm(request.POST or None, page=page)
    if request.method == "POST" and form.is_valid():
        try:
            payment = debts.pay(
                organization,
                currency,
                source=form.cleaned_data["source"],
                by=request.user,
                at=at,
                seen=form.given,
                op_id=form.cleaned_data["op_id"],
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"You paid back {show(payment.amount)}.")
            return redirect(f"{reverse('earnings')}?currency={currency}")
    status = 422 if request.method == "POST" else 200
    context = {"page": page, "form": form, "plan": plan(currency), "currency": currency}
    return render(request, "payments/debt.html", context, status=status)
