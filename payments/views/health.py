"""For monitors: is money where it should be, and does somebody look after it?"""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from billing_site.platform import clock
from billing_site.platform.queries.pulse import pulse
from payments.queries.money_health import money_health


@login_not_required
@require_safe
def money(request: HttpRequest) -> JsonResponse:
    """Answer 200 while everything holds, else 503 with what does not."""
    holds = money_health(at=clock.now()) | pulse()
    is_well = all(holds.values())
    said = {"status": "ok" if is_well else "look", **holds}
    return JsonResponse(said, status=200 if is_well else 503)
