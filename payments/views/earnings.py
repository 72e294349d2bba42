from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from billing_site.kernel.http import SignedInRequest
from billing_site.people.access import Deed, allows
from billing_site.platform import clock
from payments.queries.earnings import earnings_page
from payments.views.acting import earner


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    """What was earned, in one currency at a time."""
    organization = earner(request)
    page = earnings_page(organization, wanted=request.GET.get("currency", ""), at=clock.now())
    tabs = [
        {"label": each, "url": f"?currency={each}", "count": None, "current": each == page.currency}
        for each in page.currencies
    ]
    context = {
        "page": page,
        "tabs": tabs if len(tabs) > 1 else [],
        "may_pay_debt": page.debt_url and allows(request.membership, Deed.WITHDRAW),
        "may_withdraw": page.has_available and allows(request.membership, Deed.WITHDRAW),
    }
    return render(request, "payments/earnings.html", context)
