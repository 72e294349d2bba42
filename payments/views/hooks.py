"""Where gateways post. Verify the raw bytes, keep them, answer; everything else is for later."""

from __future__ import annotations

import logging

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from billing_site.platform import clock
from payments import gateways
from payments.gateways.base import Scope
from payments.services import inbox

logger = logging.getLogger(__name__)
LARGEST = 256 * 1024


@csrf_exempt
@login_not_required
@require_POST
def hook(request: HttpRequest, gateway: str, scope: str) -> HttpResponse:
    """Answer 200 to every event that is genuine, even if it is old news or none of ours."""
    try:
        sender, endpoint = gateways.by_name(gateway), Scope(scope)
    except (LookupError, ValueError):
        raise Http404 from None
    body = _body(request)
    if body is None:
        return HttpResponse("Too large.", status=413, content_type="text/plain")
    try:
        event = sender.verify_webhook(body, request.headers.get("Stripe-Signature"), endpoint)
    except LookupError as error:
        if type(error) is LookupError:
            raise Http404 from None
        return _refuse(error)
    except Exception as error:  # noqa: BLE001 -- a stranger's bytes: whatever is wrong is theirs
        return _refuse(error)
    if event.livemode == sender.livemode:
        inbox.receive(event, gateway=gateway, scope=endpoint, body=body, at=clock.now())
    else:  # Saying no would have it sent for days; saying nothing would hide keys mixed up.
        told, ours = ("live" if each else "test" for each in (event.livemode, sender.livemode))
        logger.warning("A %s event, %s, came to a %s endpoint", told, event.event_id, ours)
    return HttpResponse("Received.", content_type="text/plain")


def _body(request: HttpRequest) -> bytes | None:
    """Return the bytes as they came; None if they are more than anybody honest would send."""
    try:
        announced = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        announced = 0
    if announced > LARGEST:
        return None
    body = request.read(LARGEST + 1)
    return body if len(body) <= LARGEST else None


def _refuse(error: Exception) -> HttpResponse:
    logger.info("An event was refused: %s", type(error).__name__)
    return HttpResponseBadRequest("Not an event that we can accept.", content_type="text/plain")
