"""What the gateway told and we never heard is read all the same, once."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django_q.models import OrmQ

from billing_site.kernel.transitions import NotYours, WrongState
from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import AuditEvent
from ledger.models import Entry
from payments.gateways.sandbox import paying
from payments.gateways.sandbox.delivery import deliver_due
from payments.gateways.sandbox.models import SandboxEvent, SandboxPayment
from payments.models import Charge, Escrow, GatewayEvent
from payments.services import gaps, inbox
from tests import given_payments as given
from tests.given_payments import DAY, NOON, SOON
from tests.payments.books import assert_every_law_holds
from tests.payments.reading import read_due
from tests.payments.test_decisions import asked
from tests.payments.test_inbox import events, pay_without_telling, receive
from tests.signing_in import session_of, with_second_factor


def swallow(_path: str, _body: bytes, _signature: str) -> int:
    """Whatever stands before us takes the event, and loses it."""
    return 200


@pytest.mark.scenario(48)
def test_48_two_days_without_a_webhook_are_made_up_for(alice: User, bob: User) -> None:
    charge = given.begun_charge(client=alice, freelancer=bob)
    given.payout_method(bob)
    before = GatewayEvent.objects.count()
    paying.pay(charge.session_id, "4242", at=NOON)
    with clock.pinned(NOON + 2 * DAY):
        deliver_due(at=NOON + 2 * DAY, post=swallow)
    assert GatewayEvent.objects.count() == before
    assert Charge.objects.get().state == "begun"

    with clock.pinned(NOON + 2 * DAY):
        assert gaps.fill_when_due(at=NOON + 2 * DAY) == 4
        assert gaps.fill_when_due(at=NOON + 2 * DAY) == 0  # once an hour
        assert gaps.fill(at=NOON + 2 * DAY + SOON) == 0
    given.settle(at=NOON + 2 * DAY + SOON)

    assert Charge.objects.get().state == "succeeded"
    assert Escrow.objects.get().state == "held"
    assert SandboxEvent.objects.count() == GatewayEvent.objects.count()
    assert Entry.objects.count() == 2
    assert_every_law_holds()


def test_what_is_on_its_way_is_left_to_its_way(alice: User, bob: User) -> None:
    charge = given.begun_charge(client=alice, freelancer=bob)
    paying.pay(charge.session_id, "4242", at=NOON)
    with clock.pinned(NOON + SOON / 12):
        assert gaps.fill(at=NOON + SOON / 12) == 0


@pytest.mark.scenario(46)
def test_46_an_event_may_be_faster_than_our_own_commit(
    alice: User, bob: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    pay_without_telling(given.begun_charge(client=alice, freelancer=bob), settings)
    row = receive(events()["payment_intent.succeeded"])
    with monkeypatch.context() as not_yet:
        not_yet.setattr("payments.services.reconciling.charge_of", lambda _snapshot: None)
        early = inbox.handle(row.pk, at=NOON + SOON)
    assert (early.outcome, early.attempts) == ("waiting", 1)
    assert "UnknownObject" in early.error

    read_due(at=NOON + SOON + SOON / 60)

    assert Charge.objects.get().state == "succeeded"
    assert GatewayEvent.objects.get().outcome == "handled"
    assert_every_law_holds()


@pytest.mark.scenario(47)
def test_47_finance_operations_have_what_was_given_up_read_again(
    alice: User, bob: User, finn: User, settings: Any
) -> None:
    pay_without_telling(given.begun_charge(client=alice, freelancer=bob), settings)
    row = receive(events()["payment_intent.succeeded"])
    with pytest.raises(WrongState):
        inbox.process_again(row.pk, reason="It seems to be late.", by=finn, at=NOON + SOON)
    GatewayEvent.objects.update(parked_at=NOON, attempts=8)
    OrmQ.objects.all().delete()
    with pytest.raises(NotYours):
        inbox.process_again(row.pk, reason="It is my payment.", by=alice, at=NOON + SOON)
    with_second_factor(finn)
    url = reverse("admin:payments_gatewayevent_changelist")

    with clock.pinned(NOON + SOON):
        desk: Client = session_of(finn)
        answer = desk.post(
            url,
            asked("process_again", row, reason="The cause of it was mended.", decided="1"),
        )
    given.settle(at=NOON + SOON)

    assert answer.status_code == 302
    assert GatewayEvent.objects.get().outcome == "handled"
    assert Charge.objects.get().state == "succeeded"
    assert AuditEvent.objects.filter(deed="event.read_again").count() == 1


@pytest.mark.scenario(24)
def test_24_what_the_provider_calls_off_is_over(alice: User, bob: User) -> None:
    charge = given.begun_charge(client=alice, freelancer=bob)
    paying.pay(charge.session_id, "debit", at=NOON)
    given.settle(at=NOON + SOON)
    assert Charge.objects.get().state == "processing"
    SandboxPayment.objects.update(status="canceled")
    for _ in range(2):
        GatewayEvent.objects.filter(type="payment_intent.processing").update(
            handled_at=None, next_try_at=NOON + SOON
        )
        read_due(at=NOON + 2 * SOON)

    found = Charge.objects.get()
    assert (found.state, found.problem) == ("failed", "It was called off at the payment provider.")
    assert Escrow.objects.get().state == "dropped"
    assert not Entry.objects.exists()
    assert_every_law_holds()
