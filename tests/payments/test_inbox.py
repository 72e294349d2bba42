"""Events in any order, any number of times, and some not at all: the end is the same."""

from __future__ import annotations

import json
from itertools import permutations
from typing import Any

import pytest

from billing_site.platform import clock
from ledger.models import Entry
from payments.gateways import current
from payments.gateways.base import Kind, Scope
from payments.gateways.sandbox import paying
from payments.gateways.sandbox.delivery import deliver_due
from payments.gateways.sandbox.models import SandboxEvent
from payments.gateways.signatures import sign
from payments.models import Charge, Escrow, GatewayEvent
from payments.services import inbox
from payments.services.reconciling import reconcile
from tests import given_payments as given
from tests.factories.people import UserFactory
from tests.given_payments import DAY, NOON, SOON
from tests.payments.books import assert_every_law_holds

FOUR = [
    "checkout.session.completed",
    "payment_intent.succeeded",
    "charge.succeeded",
    "charge.updated",
]


def receive(event: SandboxEvent) -> GatewayEvent:
    """Take an event as the door does."""
    from django.conf import settings

    secret = settings.SANDBOX_WEBHOOK_SECRETS[event.scope][0]
    body = event.payload.encode()
    gateway, scope = current(), Scope(event.scope)
    inbound = gateway.verify_webhook(body, sign(event.payload, secret), scope)
    row, _ = inbox.receive(inbound, gateway=gateway.name, scope=scope, body=body, at=NOON + SOON)
    return row


def events() -> dict[str, SandboxEvent]:
    return {event.type: event for event in SandboxEvent.objects.all()}


def pay_without_telling(charge: Charge, settings: Any) -> None:
    """Everything has happened at the provider; its events are in the mail."""
    paying.pay(charge.session_id, "4242", at=NOON)
    with clock.pinned(NOON + SOON):
        deliver_due(at=NOON + SOON, post=lambda _path, _body, _signature: 503)


def books() -> list[tuple[str, str]]:
    return sorted(Entry.objects.values_list("kind", "reference_type"))


@pytest.mark.parametrize("order", list(permutations(FOUR)), ids="-".join)
def test_four_events_in_any_order_twice_each(
    charge: Charge, settings: Any, order: tuple[str, ...]
) -> None:
    pay_without_telling(charge, settings)
    found = events()

    for kind in [*order, *order]:
        inbox.handle(receive(found[kind]).pk, at=NOON + SOON)

    assert Charge.objects.get().state == "succeeded"
    assert Escrow.objects.get().state == "held"
    assert books() == [("fund_escrow", "charge"), ("settle_provider_line", "charge")]
    assert set(GatewayEvent.objects.values_list("handled_at", flat=True)) == {NOON + SOON}
    assert_every_law_holds()


@pytest.mark.parametrize("only", FOUR)
@pytest.mark.scenario(2)
def test_any_one_of_them_is_enough(charge: Charge, settings: Any, only: str) -> None:
    pay_without_telling(charge, settings)

    inbox.handle(receive(events()[only]).pk, at=NOON + SOON)

    assert Charge.objects.get().state == "succeeded"
    assert_every_law_holds()


@pytest.mark.scenario(44)
def test_two_events_about_one_happening_have_one_effect(charge: Charge, settings: Any) -> None:
    pay_without_telling(charge, settings)
    event = events()["payment_intent.succeeded"]
    twin = json.loads(event.payload) | {"id": "evt_twin"}
    inbox.handle(receive(event).pk, at=NOON + SOON)
    event.payload = json.dumps(twin)

    inbox.handle(receive(event).pk, at=NOON + SOON)

    assert GatewayEvent.objects.count() == 2
    assert Entry.objects.filter(kind="fund_escrow").count() == 1


def test_a_letter_about_nothing_of_ours_is_tried_again_and_then_parked(
    charge: Charge, settings: Any
) -> None:
    pay_without_telling(charge, settings)
    row = receive(events()["payment_intent.succeeded"])
    GatewayEvent.objects.filter(pk=row.pk).update(object_id="pi_unknown")

    at = NOON + SOON
    for _ in range(24):
        inbox.handle(row.pk, at=at)
        at += DAY

    row = GatewayEvent.objects.get(pk=row.pk)
    assert (row.outcome, row.attempts) == ("parked", 20)
    assert "No such payment" in row.error
    assert Charge.objects.get().state == "begun"


def test_a_parked_letter_can_be_read_again(charge: Charge, settings: Any) -> None:
    pay_without_telling(charge, settings)
    row = receive(events()["payment_intent.succeeded"])
    GatewayEvent.objects.filter(pk=row.pk).update(parked_at=NOON, attempts=8)

    assert inbox.handle(row.pk, at=NOON + SOON).outcome == "parked"
    finn = UserFactory.create(name="Finn", is_staff=True, roles=["finance"])
    inbox.process_again(row.pk, reason="It was seen to.", by=finn, at=NOON + SOON)
    assert inbox.handle(row.pk, at=NOON + SOON).outcome == "handled"

    assert Charge.objects.get().state == "succeeded"


@pytest.mark.scenario(47)
def test_a_failure_half_way_leaves_nothing_and_is_tried_again(
    charge: Charge, settings: Any
) -> None:
    pay_without_telling(charge, settings)
    row = receive(events()["payment_intent.succeeded"])

    def breaks(event: GatewayEvent, snapshot: Any, *, at: Any) -> None:
        reconcile(event, snapshot, at=at)
        raise ZeroDivisionError("the power goes out")

    failed = inbox.handle(row.pk, at=NOON + SOON, reconcile=breaks)

    assert (failed.outcome, failed.attempts) == ("waiting", 1)
    assert Charge.objects.get().state == "begun"
    assert not Entry.objects.exists()
    assert inbox.handle(row.pk, at=NOON + SOON).outcome == "waiting"  # not before its turn
    assert inbox.handle(row.pk, at=NOON + DAY).outcome == "handled"
    assert Charge.objects.get().state == "succeeded"


def test_after_an_outage_the_events_come_again(charge: Charge, settings: Any) -> None:
    pay_without_telling(charge, settings)
    assert not GatewayEvent.objects.exists()

    given.settle(at=NOON + 2 * DAY)

    assert Charge.objects.get().state == "succeeded"
    assert not SandboxEvent.objects.filter(delivered_at=None).exists()
    assert_every_law_holds()


def test_the_gateway_lists_what_it_told(charge: Charge, settings: Any) -> None:
    pay_without_telling(charge, settings)

    with clock.pinned(NOON + DAY):
        listed = list(current().list_events(NOON - DAY))
        lines = list(current().list_balance_transactions(NOON - DAY))

    assert {event.type for event in listed} >= set(FOUR)
    assert {event.kind for event in listed} == {Kind.CHECKOUT, Kind.PAYMENT, Kind.CHARGE}
    assert [(line.kind, line.amount, line.cost) for line in lines] == [("charge", 105_950, 3_103)]
