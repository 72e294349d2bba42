"""Where a freelancer is paid. Banks are named on the provider's page, never here."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from billing_site.kernel.http import SignedInRequest, asked_once
from billing_site.kernel.transitions import NotAllowed
from billing_site.people import step_up
from billing_site.people.access import Deed, allows, may
from billing_site.platform import clock
from payments.models import PayoutMethod
from payments.queries.payout_methods_page import payout_methods_page
from payments.services import outbox, payee_pages, payees
from payments.views.acting import earner, withdrawer


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    return _shown(request)


@asked_once
@require_POST
def dashboard(request: SignedInRequest) -> HttpResponse:
    """Lead to their account at the provider: whoever is there may change where they are paid."""
    organization = withdrawer(request)
    proof = step_up.required(request, purpose=f"payout-dashboard:{organization.ref}")
    if proof:
        return proof
    try:
        page = payee_pages.open_dashboard(organization, by=request.user, at=clock.now())
    except NotAllowed as refusal:
        return _shown(request, said=str(refusal))
    if page is None:
        return _shown(request, said="The provider did not answer. Try again soon.")
    return redirect(page.url)


def _shown(request: SignedInRequest, *, said: str = "") -> HttpResponse:
    context = {
        "page": payout_methods_page(earner(request), at=clock.now()),
        "may_change": allows(request.membership, Deed.WITHDRAW),
        "said": said,
    }
    status = 422 if said else 200
    return render(request, "payments/payout_methods.html", context, status=status)


@asked_once
@require_POST
def new(request: SignedInRequest) -> HttpResponse:
    """Lead to the provider's form."""
    organization = withdrawer(request)
    proof = step_up.required(request, purpose=f"payout-method:{organization.ref}")
    if proof:
        return proof
    try:
        page = outbox.open_onboarding(organization, by=request.user, at=clock.now())
    except NotAllowed as refusal:
        return _shown(request, said=str(refusal))
    if page is None:
        messages.info(request, "The provider did not answer. Nothing was changed: try again soon.")
        return redirect("payout-methods")
    return redirect(page.url)


@require_POST
def removal(request: SignedInRequest, ref: str) -> HttpResponse:
    method = get_object_or_404(PayoutMethod.objects.visible_to(request.user), ref=ref)
    if not may(request.user, Deed.WITHDRAW, method.organization_id):
        raise PermissionDenied
    proof = step_up.required(request, purpose=f"payout-method-removal:{method.ref}")
    if proof:
        return proof
    try:
        payees.remove_method(method.pk, by=request.user, at=clock.now())
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{method} was removed.")
    return redirect("payout-methods")
