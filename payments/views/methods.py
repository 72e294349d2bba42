"""How a client pays. Cards and banks are named on the provider's page, never here."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from billing_site.kernel.http import SignedInRequest, asked_once
from billing_site.kernel.transitions import NotAllowed
from billing_site.people.access import Deed, allows, may
from billing_site.people.doors import refuse_who_may_not
from billing_site.platform import clock
from payments.models import PaymentMethod
from payments.queries.methods_page import methods_page
from payments.services import methods, outbox
from payments.views.acting import payer


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    page = methods_page(
        payer(request),
        may_change=allows(request.membership, Deed.FUND),
        came_back="saved" in request.GET,
        at=clock.now(),
    )
    return render(request, "payments/methods.html", {"page": page})


@asked_once
@require_POST
def new(request: SignedInRequest) -> HttpResponse:
    """Lead to the provider's form."""
    organization = payer(request)
    refuse_who_may_not(request, Deed.FUND)
    try:
        page = outbox.open_method_setup(organization, by=request.user, at=clock.now())
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect("methods")
    if page is None:
        messages.info(request, "The provider did not answer. Nothing was changed: try again soon.")
        return redirect("methods")
    return redirect(page.url)


@require_POST
def primary(request: SignedInRequest, ref: str) -> HttpResponse:
    return _change(request, ref, methods.make_primary, "{} is charged first from now on.")


@require_POST
def place(request: SignedInRequest, ref: str) -> HttpResponse:
    return _change(request, ref, methods.move_up, "{} moved up by one place.")


@require_POST
def removal(request: SignedInRequest, ref: str) -> HttpResponse:
    return _change(request, ref, methods.remove, "{} was removed. We no longer charge it.")


def _change(
    request: SignedInRequest, ref: str, deed: Callable[..., PaymentMethod], said: str
) -> HttpResponse:
    method = get_object_or_404(PaymentMethod.objects.visible_to(request.user), ref=ref)
    if not may(request.user, Deed.FUND, method.organization_id):
        raise PermissionDenied
    try:
        deed(method.pk, by=request.user, at=clock.now())
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said.format(method))
    return redirect("methods")
