"""Events that never reached us: the gateway lists what it told, and we read what we missed."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from billing_site.platform.queue import still_at_it
from payments import gateways
from payments.gateways.base import Gateway, GatewayError, InboundEvent, Scope
from payments.gateways.subscribed import SUBSCRIBED
from payments.services import cursors, inbox

logger = logging.getLogger(__name__)
EVENTS = "events"
EVERY = timedelta(hours=1)
LISTED_FOR = timedelta(days=30)  # by the gateway; what is older is lost
ON_THEIR_WAY = timedelta(minutes=10)  # the ordinary way comes first
OVERLAP = timedelta(hours=2)
PAGE = 100  # so many are listed at a time


def fill_when_due(*, at: datetime) -> int:
    """Look for missed events once an hour, whatever became of it; return how many there were."""
    last = cursors.reached(EVENTS)
    if last is not None and last > at - EVERY:
        return 0
    if not cursors.begin(gateways.current().name, EVENTS, at=at):
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
    A payee's account whose events cannot be listed is caught up with later.

    :raises GatewayError: those of our own account cannot be listed.
    """
    gateway = gateways.current()
    last = cursors.reached(EVENTS, gateway=gateway.name)
    since = last - OVERLAP if last else at - LISTED_FOR

    def read(account: str, since: datetime) -> int:
        return _receive_all(gateway, account, since, at=at)

    missed = read("", since) + cursors.read_payees(gateway.name, EVENTS, read, since=since).count
    cursors.move(gateway.name, EVENTS, to=at)
    if missed:
        logger.error("%s events of %s had not been delivered", missed, gateway.name)
    return missed


def _receive_all(gateway: Gateway, account: str, since: datetime, *, at: datetime) -> int:
    """Receive one after the other: one that cannot be kept loses none of the others."""
    missed, promised = 0, SUBSCRIBED[Scope.CONNECT if account else Scope.PLATFORM]
    for place, event in enumerate(gateway.list_events(since, account or None)):
        if place % PAGE == 0:
            still_at_it()  # A month of them may be missed.
        is_ours = event.livemode == gateway.livemode and event.type in promised
        if not is_ours or event.created_at > at - ON_THEIR_WAY:
            continue
        try:
            missed += _receive(event, gateway.name, at)
        except Exception:
            logger.exception("Event %s that was missed cannot be received", event.event_id)
    return missed


def _receive(event: InboundEvent, gateway: str, at: datetime) -> bool:
    """Nobody signed the bytes of a list, so none are kept."""
    scope = Scope.CONNECT if event.account else Scope.PLATFORM
    _, is_new = inbox.receive(event, gateway=gateway, scope=scope, body=b"", at=at)
    return is_new
