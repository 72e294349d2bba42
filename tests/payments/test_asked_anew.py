"""What a balance did not hold is asked for under another key, and as soon as there is more."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from billing_site.people.models import User
from billing_site.platform import clock
from payments.gateways.base import InsufficientFunds, KeyReused, OutcomeUnknown, TransferRequest
from payments.gateways.sandbox import faults
from payments.gateways.sandbox.gateway import SandboxGateway
from payments.gateways.sandbox.models import (
    SandboxAccount,
    SandboxBalanceLine,
    SandboxEvent,
    SandboxTransfer,
)
from payments.models import GatewayCommand, Payout
from payments.services import earnings, outbox
from payments.services.commands import let_go_on
from tests import given_payments as given
from tests.contract.spec import published
from tests.given_payments import DAY, EUR, NOON, SOON
from tests.payments.books import assert_every_law_holds

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(alice: User, bob: User) -> Payout:
    """A withdrawal, sent while what it would come from is still settling for some days."""
    method = given.payout_method(bob)
    due = given.released(client=alice, freelancer=bob, at=NOON).available_at
    earnings.make_available(at=due)
    payout = given.requested_payout(bob, method, EUR("100.00"), at=due)
    lines = SandboxBalanceLine.objects.filter(kind="charge")
    lines.update(available_at=due + 2 * DAY + SOON / 2)
    given.settle(at=due + SOON)
    assert Payout.objects.get().state == "sending"
    return payout


def transfer(**facts: Any) -> TransferRequest:
    account = SandboxAccount.objects.get().pk
    return TransferRequest(**{"reference": "P9", "account": account, "amount": 9_900, **facts})


def test_a_key_that_was_refused_for_want_of_funds_stays_refused(bob: User) -> None:
    """As at Stripe, for a day. What was wrong with a request is not kept."""
    given.payout_method(bob)
    gateway, asked = SandboxGateway(), transfer(currency="EUR")
    with clock.pinned(NOON):
        for _ in range(2):
            with pytest.raises(InsufficientFunds, match="Available: 0 EUR"):
                gateway.transfer(asked, key="k:1")
        given_us(20_000)
        with pytest.raises(InsufficientFunds, match="Available: 0 EUR"):
            gateway.transfer(asked, key="k:1")
        with pytest.raises(KeyReused):
            gateway.transfer(transfer(currency="EUR", amount=1), key="k:1")
        assert gateway.transfer(asked, key="k:2").amount == 9_900
    with clock.pinned(NOON + DAY):
        assert gateway.transfer(asked, key="k:1").amount == 9_900


def given_us(amount: int) -> None:
    SandboxBalanceLine.objects.create(
        id="txn_1", kind="topup", source_id="tu_1", amount=amount, currency="EUR",
        created_at=NOON, available_at=NOON,
    )  # fmt: skip


def test_each_try_has_a_key_of_its_own_and_one_goes_through(waiting: Payout) -> None:
    refused, command = GatewayCommand.objects.filter(kind="transfer").order_by("pk")
    first = waiting.send_at
    assert (refused.state, command.state) == ("refused", "queued")
    assert (command.generation, command.first_sent_at) == (2, None)
    assert (command.created_at, command.params) == (refused.created_at, refused.params)

    for hours in (2, 3, 4):
        with clock.pinned(first + hours * SOON):
            outbox.run_stuck(at=first + hours * SOON)
    given.settle(at=first + 3 * DAY)
    with clock.pinned(first + 3 * DAY):
        outbox.run_stuck(at=first + 3 * DAY)
    given.settle(at=first + 7 * DAY)

    *others, last = GatewayCommand.objects.filter(kind="transfer").order_by("pk")
    assert {each.state for each in others} == {"refused"}
    assert (last.state, last.key) == ("done", f"transfer:{waiting.ref}:{len(others) + 1}")
    assert len(others) >= 3
    assert Payout.objects.get().state == "paid"
    assert SandboxTransfer.objects.count() == 1
    assert_every_law_holds()


def test_it_goes_as_soon_as_the_provider_tells_of_more(waiting: Payout) -> None:
    """An hour of waiting was not over: the event has it asked for at once."""
    settled = SandboxBalanceLine.objects.get(kind="charge").available_at

    given.settle(at=settled)

    told = SandboxEvent.objects.get(type="balance.available")
    published().check_object("event", json.loads(told.payload))
    published().check_object("balance", json.loads(told.payload)["data"]["object"])
    assert Payout.objects.get().state == "sent"
    assert let_go_on(gateway="sandbox", account="", at=settled) == []
    assert_every_law_holds()


def test_only_who_waits_for_these_funds_asks_and_not_at_once_again(waiting: Payout) -> None:
    command = GatewayCommand.objects.get(kind="transfer", state="queued")
    tried, next_try = command.next_try_at - SOON, command.next_try_at

    def woken(account: str, *, minutes: int) -> datetime:
        at = tried + timedelta(minutes=minutes)
        assert let_go_on(gateway="sandbox", account=account, at=at) == []
        command.refresh_from_db()
        return command.next_try_at

    for theirs in ("acct_other", SandboxAccount.objects.get().pk):
        assert woken(theirs, minutes=20) == next_try
    for minutes in (1, 2, 9):
        assert woken("", minutes=minutes) == tried + timedelta(minutes=10)


def test_what_is_in_doubt_keeps_its_key(waiting: Payout) -> None:
    """An answer that was lost is no refusal: it may have been done."""
    settled = SandboxBalanceLine.objects.get(kind="charge").available_at
    command = GatewayCommand.objects.get(kind="transfer", state="queued")
    key = command.key
    with faults.planned("after", "transfer", OutcomeUnknown("Nobody answered.")):
        given.settle(at=settled)
    command.refresh_from_db()
    assert (command.state, command.key) == ("unknown", key)

    with clock.pinned(settled + SOON):
        outbox.run_stuck(at=settled + SOON)
    given.settle(at=settled + SOON)

    assert SandboxTransfer.objects.count() == 1
    assert Payout.objects.get().state == "sent"
    assert_every_law_holds()


def test_what_one_worker_did_and_another_was_refused_is_not_done_twice(
    waiting: Payout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first one's turn was over while it was still calling."""
    command = GatewayCommand.objects.get(kind="transfer", state="queued")
    at = SandboxBalanceLine.objects.get(kind="charge").available_at + SOON
    transfers, second = SandboxGateway.transfer, [at + outbox.LEASE]

    def slow(*called: Any, **facts: Any) -> object:
        if not second:
            raise InsufficientFunds("Available: 0.")
        outbox.run(command.pk, at=second.pop())
        return transfers(*called, **facts)

    with clock.pinned(at), monkeypatch.context() as slowly:
        slowly.setattr(SandboxGateway, "transfer", slow)
        outbox.run(command.pk, at=at)
    with clock.pinned(at + DAY):
        outbox.run_stuck(at=at + DAY)

    again = GatewayCommand.objects.latest("pk")
    assert (again.is_stuck, again.state, again.generation) == (True, "queued", 3)
    assert again.last_error == f"{command} was done after all: this would do it twice."
    assert SandboxTransfer.objects.count() == 1
