"""Events from the gateway: kept as they came, answered at once, understood later.

An event is a hint. What counts is the object, fetched when the event is read, so neither the
order of events nor their number matters.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from billing_site.kernel.transitions import NotYours, WrongState
from billing_site.people import staff
from billing_site.people.models import User
from billing_site.platform import audit
from billing_site.platform.queue import later
from payments import gateways
from payments.gateways.base import Busy, InboundEvent, Kind, OutcomeUnknown, Scope, Snapshot
from payments.models import GatewayEvent
from payments.services.reconciling import reconcile

logger = logging.getLogger(__name__)
Reconcile = Callable[..., object]
READ_AGAIN = "payments.change_gatewayevent"

LEASE = timedelta(seconds=60)
# Five minutes at most: once the provider is back, nothing waits for longer. Tries go on for an hour
# and a half, as long as our own commit may be later than the event; silence counts as no try.
PAUSES = [timedelta(seconds=s) for s in (5, 15, 60, 120, *[300] * 16)]
SILENCE = timedelta(seconds=60)


@transaction.atomic
def receive(
    event: InboundEvent, *, gateway: str, scope: Scope, body: bytes, at: datetime
) -> tuple[GatewayEvent, bool]:
    """Keep a verified event and have it read; tell whether it is the first of its kind."""
    row, is_new = GatewayEvent.objects.get_or_create(
        gateway=gateway,
        event_id=event.event_id,
        defaults={
            "scope": scope,
            "account": event.account,
            "type": event.type,
            "object_kind": event.kind,
            "object_id": event.object_id,
            "api_version": event.api_version,
            "livemode": event.livemode,
            "payload": body,
            "received_at": at,
            "next_try_at": at,
        },
    )
    if is_new:
        later(settings.GATEWAY_EVENT_TASK, event_pk=row.pk)
    return row, is_new


def handle(event_id: int, *, at: datetime, reconcile: Reconcile = reconcile) -> GatewayEvent:
    """Read an event: fetch what it is about, and do what follows, all of it or nothing.

    *reconcile(event, snapshot, at=at)* runs in the transaction that marks the event as
    handled. A failure is written down and tried again; after some hours a person has to look.
    """
    event = _claim(event_id, at)
    if event is None:
        return GatewayEvent.objects.get(pk=event_id)
    try:
        snapshot = _fetch(event)
        with transaction.atomic():
            event = GatewayEvent.objects.select_for_update(no_key=True).get(pk=event_id)
            if event.handled_at is None:
                reconcile(event, snapshot, at=at)
                event.handled_at, event.error = at, ""
                event.save(update_fields=["handled_at", "error"])
    except (Busy, OutcomeUnknown) as silence:
        return _postpone(event_id, silence, at, is_try=False)
    except Exception as error:
        logger.warning("Event %s is not handled yet: %s", event, error, exc_info=True)
        return _postpone(event_id, error, at)
    return event


@transaction.atomic
def process_again(event_id: int, *, reason: str, by: User, at: datetime) -> GatewayEvent:
    """A person has looked: have a parked event read once more, from the first try.

    :raises NotYours: *by* is not one of finance operations.
    :raises WrongState: it was read, or is tried anyway.
    """
    event = GatewayEvent.objects.select_for_update(no_key=True).get(pk=event_id)
    if not staff.holds(by, READ_AGAIN):
        raise NotYours(f"It is not for {by} to have {event} read again.")
    if event.parked_at is None:
        raise WrongState(f"Nobody has given up on {event}: it is {event.outcome}.")
    event.parked_at, event.left_at, event.attempts, event.next_try_at = None, None, 0, at
    event.save(update_fields=["parked_at", "left_at", "attempts", "next_try_at"])
    audit.record(by, "event.read_again", f"event/{event.event_id}", at=at, reason=reason)
    later(settings.GATEWAY_EVENT_TASK, event_pk=event.pk)
    return event


@transaction.atomic
def leave(event_id: int, *, reason: str, by: User, at: datetime) -> GatewayEvent:
    """A person has looked: it is about nothing of ours, or was put right otherwise.

    It may still be read again.

    :raises NotYours: *by* is not one of finance operations.
    :raises WrongState: it was read, is tried anyway, or was left before.
    """
    event = GatewayEvent.objects.select_for_update(no_key=True).get(pk=event_id)
    if not staff.holds(by, READ_AGAIN):
        raise NotYours(f"It is not for {by} to leave {event} unread.")
    if event.outcome != "parked":
        raise WrongState(f"Nobody has to look at {event}: it is {event.outcome}.")
    event.left_at = at
    event.save(update_fields=["left_at"])
    audit.record(by, "event.left", f"event/{event.event_id}", at=at, reason=reason)
    return event


def retry(*, at: datetime) -> None:
    """Queue every event that waits for another try; the task that settings name reads it.

    One that has just come was queued with its coming.
    """
    waiting = GatewayEvent.objects.due(at=at).exclude(attempts=0, received_at__gt=at - LEASE)
    for pk, turn in waiting.values_list("pk", "next_try_at"):
        with transaction.atomic():
            key = f"event/{pk}/try/{turn.isoformat()}"
            later(settings.GATEWAY_EVENT_TASK, key=key, event_pk=pk)


def _fetch(event: GatewayEvent) -> Snapshot | None:
    kind = Kind(event.object_kind)
    if kind == Kind.OTHER:
        return None
    gateway = gateways.by_name(event.gateway)
    return gateway.fetch(kind, event.object_id, event.account or None)


@transaction.atomic
def _claim(event_id: int, at: datetime) -> GatewayEvent | None:
    """Count the attempt before anything can go wrong with it; nobody else reads it meanwhile."""
    event = (
        GatewayEvent.objects.select_for_update(no_key=True, skip_locked=True)
        .filter(pk=event_id, next_try_at__lte=at)
        .unhandled()
        .first()
    )
    if event is None:
        return None
    event.attempts += 1
    event.next_try_at = at + LEASE
    event.save(update_fields=["attempts", "next_try_at"])
    return event


@transaction.atomic
def _postpone(
    event_id: int, error: Exception, at: datetime, *, is_try: bool = True
) -> GatewayEvent:
    """Where the gateway says nothing (*is_try* is false), the event is not what is wrong."""
    event = GatewayEvent.objects.select_for_update(no_key=True).get(pk=event_id)
    event.error = f"{type(error).__name__}: {error}"[:500]
    if not is_try:
        event.attempts -= 1
        event.next_try_at = at + SILENCE
    elif event.attempts >= len(PAUSES):
        event.parked_at = at
        logger.error("Gave up event %s after %s attempts: %s", event, event.attempts, event.error)
    else:
        event.next_try_at = at + PAUSES[event.attempts - 1]
    event.save(update_fields=["error", "attempts", "parked_at", "next_try_at"])
    return event
