"""What was never promised to come is not missed; what is nobody's is not parked."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import date

import pytest

from billing_site.platform import clock
from payments.gateways.base import (
    InboundEvent,
    Kind,
    PayoutState,
    Scope,
    Status,
)
from payments.gateways.sandbox.gateway import SandboxGateway
from payments.models import GatewayEvent
from payments.services import gaps, inbox, reconciling
from tests.given_payments import DAY, NOON

pytestmark = pytest.mark.django_db


def event(name: str, *, account: str = "", kind: Kind = Kind.PAYMENT) -> InboundEvent:
    return InboundEvent(
        event_id=f"evt_{name}{account}",
        type=name,
        kind=kind,
        object_id="x_1",
        account=account,
        api_version="",
        livemode=False,
        created_at=NOON,
    )


def test_only_what_is_subscribed_to_is_missed(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    listed = [
        event("payment_intent.created"),
        event("charge.refunded", kind=Kind.CHARGE),
        event("payout.paid", kind=Kind.PAYOUT),
        event("customer.updated", kind=Kind.OTHER),
    ]
    monkeypatch.setattr(SandboxGateway, "list_events", lambda *_: iter(listed))
    with clock.pinned(NOON + DAY), caplog.at_level(logging.ERROR):
        assert gaps.fill(at=NOON + DAY) == 0
    assert not GatewayEvent.objects.exists()
    assert "had not been delivered" not in caplog.text

    listed.append(event("payment_intent.succeeded"))
    with clock.pinned(NOON + 2 * DAY):
        assert gaps.fill(at=NOON + 2 * DAY) == 1


def test_our_own_balance_may_be_paid_out() -> None:
    ours = PayoutState("po_1", "", "", Status.SUCCEEDED, 5_000, "EUR", date(2026, 3, 2))
    told = receive_one(event("payout.paid", kind=Kind.PAYOUT))

    assert reconciling.reconcile(told, ours, at=NOON) is None
    with pytest.raises(reconciling.UnknownObject):
        reconciling.reconcile(told, replace(ours, account="acct_1"), at=NOON)


def receive_one(told: InboundEvent) -> GatewayEvent:
    return inbox.receive(told, gateway="sandbox", scope=Scope.PLATFORM, body=b"", at=NOON)[0]
