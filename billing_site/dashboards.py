"""Home: what waits for somebody, where the money is, and the next dates."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from billing_site import around
from billing_site.kernel.http import SignedInRequest
from billing_site.people.access import Deed, allows
from billing_site.platform import clock
from disputes.queries.waiting import waiting_for
from invoices.queries.client_home import client_home
from invoices.queries.freelancer_home import freelancer_home
from invoices.queries.home import MOST_WAITING, HomePage

NOON, EVENING = 12, 18
ALL_WAITING = 200


@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    """The page of the role in which somebody acts."""
    at = clock.now()
    most = ALL_WAITING if request.GET.get("waiting") == "all" else MOST_WAITING
    gather = client_home if request.organization.is_client else freelancer_home
    context = {
        "page": _with_disputes(gather(request.membership, at=at, most=most), request, most),
        "greeting": f"{_greeting(at)}, {request.user.get_short_name()}",
        "may_offer": request.organization.is_client and allows(request.membership, Deed.OFFER),
    }
    return render(request, "home.html", context)


def _with_disputes(page: HomePage, request: SignedInRequest, most: int) -> HomePage:
    """Disputes first: silence there costs the most."""
    disputes = waiting_for(request.membership) if around.of(request).awaiting else []
    if not disputes:
        return page
    return replace(
        page,
        waiting=[*disputes, *page.waiting][:most],
        waiting_count=page.waiting_count + len(disputes),
    )


def _greeting(at: datetime) -> str:
    """By the viewer's own time of day."""
    hour = timezone.localtime(at).hour
    if hour < NOON:
        return "Good morning"
    return "Good afternoon" if hour < EVENING else "Good evening"
