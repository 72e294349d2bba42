"""A client's credit: what came back and was kept."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from billing_site.kernel.http import SignedInRequest
from billing_site.kernel.money import EXPONENTS, show
from billing_site.kernel.transitions import NotAllowed
from billing_site.people.access import Deed
from billing_site.people.doors import refuse_who_may_not
from billing_site.platform import clock
from payments.forms.credit import SendBackForm
from payments.models import Charge
from payments.queries.credit import credit_in
from payments.refund_times import all_seen_after
from payments.services import credit as crediting
from payments.views.acting import payer


@require_http_methods(["GET", "POST"])
def send_back(request: SignedInRequest, currency: str) -> HttpResponse:
    """Send credit back to the card or bank account that it came from."""
    client = payer(request)
    refuse_who_may_not(request, Deed.FUND)
    if currency not in EXPONENTS:
        raise Http404
    credit = credit_in(client, currency)
    form = SendBackForm(request.POST or None, credit=credit.amount)
    if request.method == "POST" and form.is_valid():
        try:
            crediting.send_back(
                client,
                amount=form.cleaned_data["amount"],
                by=request.user,
                at=clock.now(),
                op_id=form.cleaned_data["op_id"],
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            sent = show(form.cleaned_data["amount"])
            messages.success(request, f"{sent} is on its way back to you.")
            return redirect("payments")
    status = 422 if form.errors else 200
    paid = Charge.objects.refundable_of(client, currency).order_by()
    ways = paid.values_list("way", flat=True).distinct()
    context = {"credit": credit, "form": form, "seen_after": all_seen_after(ways)}
    return render(request, "payments/credit_return.html", context, status=status)
