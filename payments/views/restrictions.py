"""What somebody may not do for a while, and their way to object to it."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from billing_site.kernel.http import SignedInRequest
from billing_site.kernel.transitions import NotAllowed, may_take
from billing_site.platform import clock
from payments.forms.restrictions import AppealForm
from payments.models import Restriction
from payments.queries.restriction_page import restriction_page
from payments.services import restricting


@require_safe
def detail(request: SignedInRequest, ref: str) -> HttpResponse:
    restriction = _find(request, ref)
    form = AppealForm() if may_take(restriction.appeal, request.user) else None
    return _shown(request, restriction, form, status=200)


@require_POST
def appeal(request: SignedInRequest, ref: str) -> HttpResponse:
    restriction, form = _find(request, ref), AppealForm(request.POST)
    if not restriction.is_spoken_for_by(request.user):
        raise PermissionDenied
    if form.is_valid():
        try:
            restricting.appeal(
                restriction.pk, words=form.cleaned_data["words"], by=request.user, at=clock.now()
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Sent. Somebody else of ours looks at it.")
            return redirect(restriction)
    return _shown(request, restriction, form, status=422)


def _shown(
    request: SignedInRequest, restriction: Restriction, form: AppealForm | None, *, status: int
) -> HttpResponse:
    page = restriction_page(restriction, at=clock.now())
    context = {"restriction": restriction, "page": page, "form": form}
    return render(request, "payments/restriction.html", context, status=status)


def _find(request: SignedInRequest, ref: str) -> Restriction:
    visible = Restriction.objects.visible_to(request.user)
    return get_object_or_404(visible.select_related("organization", "user"), ref=ref)
