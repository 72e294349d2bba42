"""A refund that did not arrive: its client decides what becomes of it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from billing_site.kernel.http import SignedInRequest
from billing_site.kernel.transitions import NotAllowed
from billing_site.people.access import Deed, may
from billing_site.platform import clock
from payments.models import Charge, Refund
from payments.services import failed_refunds


@require_POST
def attempt(request: SignedInRequest, ref: str) -> HttpResponse:
    """Send it once more."""
    return _decide(request, ref, failed_refunds.retry, "We are sending it once more.")


@require_POST
def keep(request: SignedInRequest, ref: str) -> HttpResponse:
    """Keep it as credit."""
    return _decide(request, ref, failed_refunds.keep, "It is kept as your credit.")


def _decide(
    request: SignedInRequest, ref: str, decide: Callable[..., Refund], done: str
) -> HttpResponse:
    mine = Charge.objects.visible_to(request.user)
    refund = get_object_or_404(Refund.objects.filter(charge__in=mine), ref=ref)
    if not may(request.user, Deed.FUND, refund.charge.client_id):
        raise PermissionDenied
    try:
        decide(refund.pk, by=request.user, at=clock.now())
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect(refund.charge)
