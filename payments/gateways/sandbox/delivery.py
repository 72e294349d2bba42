"""Time passes in the sandbox, and its events arrive at our own webhook, signed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus

from django.conf import settings
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import resolve, reverse

from billing_site.kernel.moments import first_after
from billing_site.platform import clock
from payments.gateways import signatures
from payments.gateways.sandbox import faults
from payments.gateways.sandbox.happenings import happen
from payments.gateways.sandbox.models import SandboxEvent, SandboxHappening, SandboxTrouble

logger = logging.getLogger(__name__)
Post = Callable[[str, bytes, str], int]  # path, body, signature: the status of the answer

PAUSES = [timedelta(seconds=s) for s in (5, 30, 300, 3600, 6 * 3600)]
GIVES_UP_AFTER = 20
LATE = timedelta(minutes=10)


def next_due(*, after: datetime) -> datetime | None:
    """Return the first moment later than *after* at which the sandbox does or tells something."""
    return first_after(
        after,
        (SandboxHappening.objects.filter(done_at__isnull=True), "due_at"),
        (SandboxEvent.objects.filter(delivered_at__isnull=True), "due_at"),
    )


def deliver_due(*, at: datetime, post: Post | None = None) -> int:
    """Let everything happen that is due by *at*, in order, and post the events about it.

    Return how many things were done. Without *post* the events are handed over in this process.
    """
    post, trouble = post or hand_over, faults.switches()
    order = (
        ("-due_at", "-created_at", "-pk") if trouble.reorders else ("due_at", "created_at", "pk")
    )
    done = 0
    while True:
        happening = SandboxHappening.objects.filter(done_at__isnull=True, due_at__lte=at)
        events = SandboxEvent.objects.filter(
            delivered_at__isnull=True, due_at__lte=at, attempts__lt=GIVES_UP_AFTER
        )
        first = happening.order_by("due_at", "pk").first()
        event = events.order_by(*order).first()
        is_next = first is None or (event and event.due_at <= first.due_at)
        if event and is_next and not (first and trouble.reorders):
            done += _deliver(event, post, trouble, at)
        elif first:
            with clock.pinned(first.due_at):
                done += happen(first.pk)
        else:
            return done


def hand_over(path: str, body: bytes, signature: str) -> int:
    """Call the webhook's view as the server would, without a server."""
    request = RequestFactory().post(
        path, body, content_type="application/json", headers={"Stripe-Signature": signature}
    )
    view, args, kwargs = resolve(path)
    response: HttpResponse = view(request, *args, **kwargs)
    return response.status_code


def _deliver(event: SandboxEvent, post: Post, trouble: SandboxTrouble, at: datetime) -> bool:
    """Post one event; an answer other than 2xx has it posted again later.

    What is switched on goes wrong with it: it is late, lost as if it had arrived, or told twice.
    """
    if trouble.delays and event.due_at < event.created_at + LATE and not event.attempts:
        event.due_at = event.created_at + LATE
        event.save(update_fields=["due_at"])
        return True
    status = HTTPStatus.OK if trouble.drops else _post(event, post)
    if trouble.doubles and not trouble.drops:
        status = _post(event, post)
    arrived = HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES
    event.attempts += 1
    if arrived:
        event.delivered_at = at
    else:
        event.due_at = at + PAUSES[min(event.attempts, len(PAUSES)) - 1]
        logger.warning("%s was answered with %s", event, status)
    event.save(update_fields=["attempts", "delivered_at", "due_at"])
    return arrived


def _post(event: SandboxEvent, post: Post) -> int:
    path = reverse("hook", args=["sandbox", event.scope])
    secret = settings.SANDBOX_WEBHOOK_SECRETS[event.scope][0]
    with clock.pinned(max(event.due_at, event.created_at)):
        return post(path, event.payload.encode(), signatures.sign(event.payload, secret))
