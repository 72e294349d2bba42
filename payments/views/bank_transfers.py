"""Paying by bank transfer: where to send it, and what became of what was sent."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from billing_site.kernel.http import SignedInRequest
from billing_site.kernel.transitions import NotAllowed
from billing_site.people.access import Deed, allows
from billing_site.platform import clock
from payments.queries.transfers_page import transfers_page
from payments.services import bank_details
from payments.views.acting import payer


@require_http_methods(["GET", "POST"])
def index(request: SignedInRequest) -> HttpResponse:
    """Posting asks the provider for an account that stands for this client alone."""
    client, may_ask = payer(request), allows(request.membership, Deed.FUND)
    if request.method == "POST":
        if not may_ask:
            raise PermissionDenied
        try:
            if not bank_details.learn(client, by=request.user, at=clock.now()):
                messages.info(request, "The provider named no account. Nothing was changed.")
        except NotAllowed as refusal:
            messages.error(request, str(refusal))
        return redirect("bank-transfers")
    page = transfers_page(client, may_ask=may_ask, number=request.GET.get("page"))
    return render(request, "payments/bank_transfers.html", {"page": page})
