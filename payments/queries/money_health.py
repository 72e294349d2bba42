"""Whether money is where it should be: what a monitor asks every minute, in a few counts."""

from __future__ import annotations

from datetime import datetime, timedelta

from billing_site.platform.models import LawCheck
from payments.models import (
    Charge,
    GatewayCommand,
    GatewayCursor,
    GatewayEvent,
    ReconciliationDifference,
    Refund,
)
from payments.models.gateway_command import FUNDS_COME_WITHIN

LONGEST_OPEN = timedelta(days=1)  # a difference, until it is an alarm
COMPARED_EVERY = timedelta(days=2)  # a night may be missed
READ_WITHIN = timedelta(minutes=15)


def money_health(*, at: datetime) -> dict[str, bool]:
    """Return what holds and what does not; no sums, for everybody may ask."""
    old = ReconciliationDifference.objects.open_ones().filter(found_at__lte=at - LONGEST_OPEN)
    compared = GatewayCursor.objects.filter(what="balance lines")
    late = compared.filter(reached_at__lte=at - COMPARED_EVERY).exists()
    if not compared.exists():
        late = Charge.objects.filter(finished_at__lte=at - COMPARED_EVERY).exists()
    calls = GatewayCommand.objects
    return {
        "laws_hold": not LawCheck.objects.filter(offenders__gt=0).exists(),
        "provider_agrees": not old.exists(),
        "provider_was_compared": not late,
        "events_are_read_soon": _are_read_soon(at),
        "events_are_read": not GatewayEvent.objects.parked().exists(),
        "calls_are_answered": not calls.unanswered(at=at).exists(),
        "our_funds_suffice": not (calls.short_of_funds(at=at).exists() or _waits_there(at)),
    }


def _are_read_soon(at: datetime) -> bool:
    """Whether no event waits for long: neither for its first try nor for one that succeeds."""
    waiting = GatewayEvent.objects.unhandled().filter(received_at__lte=at - READ_WITHIN)
    return not waiting.exists()


def _waits_there(at: datetime) -> bool:
    """Whether the provider keeps a refund since yesterday until our balance holds it."""
    waiting = Refund.objects.filter(state=Refund.State.SENT)
    return waiting.filter(short_since__lte=at - FUNDS_COME_WITHIN).exists()
