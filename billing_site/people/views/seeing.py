"""The way back from seeing as somebody else."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from billing_site.kernel.http import SignedInRequest
from billing_site.people.middleware import ACTING_FOR, for_anybody
from billing_site.people.services import seeing
from billing_site.platform import clock


@for_anybody
@require_POST
def end(request: SignedInRequest) -> HttpResponse:
    if not request.user.is_staff:
        raise PermissionDenied
    seeing.end(request.user, at=clock.now())
    request.session.pop(ACTING_FOR, None)  # it was chosen among their organizations
    return redirect("admin:people_user_changelist")
