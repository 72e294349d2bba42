"""A client's payments."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from billing_site.kernel.http import SignedInRequest
from billing_site.kernel.transitions import NotAllowed
from billing_site.people.access import Deed, allows, may
from billing_site.platform import clock
from payments.models import Charge
from payments.queries.credit import credits_of
from payments.queries.lists import payments_of
from payments.queries.payment_page import payment_page
from payments.queries.pressed import page_stands, what_is_tried
from payments.services import asking, collected_pages, collecting, outbox, promising
from payments.views.acting import payer


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    client = payer(request)
    context = {
        "page": payments_of(client, request.GET.get("page")),
        "credits": credits_of(client),
        "may_pay": allows(request.membership, Deed.FUND),
    }
    return render(request, "payments/payments.html", context)


@require_safe
def detail(request: SignedInRequest, ref: str) -> HttpResponse:
    charge = _find(request, ref)
    may_pay = may(request.user, Deed.FUND, charge.client_id, charge.amount)
    page = payment_page(
        charge,
        may_pay=may_pay,
        came_back="paid" in request.GET,
        at=clock.now(),
        may_decide=may(request.user, Deed.FUND, charge.client_id),
    )
    return render(request, "payments/payment.html", {"page": page, "charge": charge})


@require_POST
def page(request: SignedInRequest, ref: str) -> HttpResponse:
    """Lead to the page where this is paid, or what took its place."""
    charge = Charge.objects.last_in_place_of(_find(request, ref))
    if not may(request.user, Deed.FUND, charge.client_id, charge.amount):
        raise PermissionDenied
    hosted, at = None, clock.now()
    try:
        if collected_pages.is_collected(charge):
            hosted = outbox.open_page_of_collected(charge.pk, by=request.user, at=at)
        elif charge.is_waiting:
            hosted = outbox.open_page(charge.pk, at=at)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect(charge)
    charge = Charge.objects.last_in_place_of(_find(request, charge.ref))
    if hosted is None and (other := asking.page_elsewhere(charge, at=at)):
        messages.info(request, page_stands(other))
        return redirect(other)
    if hosted is None and not charge.is_waiting:
        messages.info(request, "There is nothing to pay here now. Nothing was charged.")
    return redirect(hosted.url if hosted else charge)


@require_POST
def attempt(request: SignedInRequest, ref: str) -> HttpResponse:
    """Charge what is saved once more, now, for this or for what took its place."""
    charge = Charge.objects.last_in_place_of(_find(request, ref))
    if not may(request.user, Deed.FUND, charge.client_id, charge.amount):
        raise PermissionDenied
    try:
        charge = collecting.try_again(charge.pk, by=request.user, at=clock.now())
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        is_tried, words = what_is_tried(charge)
        messages.add_message(request, messages.SUCCESS if is_tried else messages.INFO, words)
    return redirect(charge)


@require_POST
def cancellation(request: SignedInRequest, ref: str) -> HttpResponse:
    """Wait no longer for the bank transfer that was chosen for it."""
    charge = _find(request, ref)
    if not may(request.user, Deed.FUND, charge.client_id, charge.amount):
        raise PermissionDenied
    try:
        promising.give_up(charge.pk, by=request.user, at=clock.now())
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "We give it up. Do not send it now: it would become your credit.")
    return redirect(charge)


def _find(request: SignedInRequest, ref: str) -> Charge:
    visible = Charge.objects.visible_to(request.user).select_related("client")
    return get_object_or_404(visible, ref=ref)
