"""Paying in the client's own currency: a rate is locked, and seen, before anything is agreed to."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from billing_site.kernel.http import SignedInRequest
from billing_site.kernel.money import Money
from billing_site.kernel.transitions import NotAllowed
from billing_site.people.models import Organization
from billing_site.platform import clock
from invoices.fees import cost_of
from invoices.views import invoices, milestones
from payments.services import own_currency


@require_POST
def of_milestone(request: SignedInRequest, ref: str) -> HttpResponse:
    milestone, at = milestones.find(request, ref), clock.now()
    cost = cost_of(milestone.contract, [milestone.price], on=at.date())
    return _lock(
        request,
        milestone.contract.client,
        cost.client_pays,
        document=f"milestone/{milestone.ref}",
        to=reverse("milestone-funding", args=[ref]),
        at=at,
    )


@require_POST
def of_invoice(request: SignedInRequest, ref: str) -> HttpResponse:
    invoice, to = invoices.find(request, ref), reverse("invoice-payment", args=[ref])
    item = invoice.open_item
    if item is None or not item.is_open:
        messages.error(request, "Nothing is due on it.")
        return redirect(to)
    return _lock(request, item.client, item.owed, document=item.document, to=to, at=clock.now())


def _lock(
    request: SignedInRequest,
    client: Organization,
    total: Money,
    *,
    document: str,
    to: str,
    at: datetime,
) -> HttpResponse:
    """Lock the rate of now, and go back to where it is shown whole."""
    try:
        quote = own_currency.quote(
            client=client, total=total, document=document, by=request.user, at=at
        )
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect(to)
    return redirect(f"{to}?quote={quote.ref}")
