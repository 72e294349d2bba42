"""Events that never reached us: the gateway lists what it told, and we read what we missed."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice

from payments import gateways
from payments.gateways.base import Gateway, GatewayError, InboundEvent, Kind, Scope
from payments.models import GatewayCursor, GatewayEvent
from payments.services import inbox

logger = logging.getLogger(__name__)
EVENTS = "events"
EVERY = timedelta(hours=1)
LISTED_FOR = timedelta(days=30)  # by the gateway; what is older is lost
ON_THEIR_WAY = timedelta(minutes=10)  # the ordinary way comes first
OVERLAP = timedelta(hours=2)
BATCH = 500


def fill_when_due(*, at: datetime) -> int:
    """Look for missed events once an hour; return how many there were."""
    last = GatewayCursor.objects.filter(what=EVENTS).order_by("reached_at").last()
    if last is not None and last.reached_at > at - EVERY:
        return 0
    try:
        return fill(at=at)
    except GatewayError:
        logger.exception("The gateway does not list its events now")
        return 0


def fill(*, at: datetime) -> int:
    """Receive what the gateway told since the last time and never delivered.

    Nothing of it is believed but that it happened: each is read as any other event is, and
    one that had come already stays as it is. The gateway is asked outside any transaction.
    """
    gateway = gateways.current()
    last = GatewayCursor.objects.filter(gateway=gateway.name, what=EVENTS).first()
    since = last.reached_at - OVERLAP if last else at - LISTED_FOR
    missed = 0
    for batch in _batches(_of_interest(gateway, since, until=at - ON_THEIR_WAY)):
        ids = [event.event_id for event in batch]
        ours = GatewayEvent.objects.filter(gateway=gateway.name, event_id__in=ids)
        known = set(ours.values_list("event_id", flat=True))
        for event in batch:
            if event.event_id not in known:
                missed += _receive(event, gateway.name, at)
    GatewayCursor.objects.update_or_create(
        gateway=gateway.name, what=EVENTS, defaults={"reached_at": at}
    )
    if missed:
        logger.error("%s events of %s had not been delivered", missed, gateway.name)
    return missed


def _of_interest(gateway: Gateway, since: datetime, *, until: datetime) -> Iterator[InboundEvent]:
    for event in gateway.list_events(since):
        is_ours = event.livemode == gateway.livemode and event.kind != Kind.OTHER
        if is_ours and event.created_at <= until:
            yield event


def _receive(event: InboundEvent, gateway: str, at: datetime) -> bool:
    """Nobody signed the bytes of a list, so none are kept."""
    scope = Scope.CONNECT if event.account else Scope.PLATFORM
    _, is_new = inbox.receive(event, gateway=gateway, scope=scope, body=b"", at=at)
    return is_new


def _batches(events: Iterable[InboundEvent]) -> Iterator[list[InboundEvent]]:
    rest = iter(events)
    while batch := list(islice(rest, BATCH)):
        yield batch
