"""The sandbox's switches, over its real deliveries and through both gateways: one end, once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from billing_site.people.models import User
from billing_site.platform import clock
from ledger.models import Entry
from payments.gateways.sandbox import delivery, faults, keys, paying
from payments.gateways.sandbox.models import (
    SandboxCall,
    SandboxEvent,
    SandboxRefund,
    SandboxTransfer,
)
from payments.models import Charge, GatewayCommand, GatewayEvent, Payout, Refund
from payments.services import charging, earnings, escrow, gaps, outbox
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON
from tests.payments.books import assert_every_law_holds
from tests.payments.stripe.test_both_gateways import THE_END, named_bank

pytestmark = pytest.mark.usefixtures("gateway")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
PARTS = [MINUTE, 12 * MINUTE, 2 * HOUR]  # of each day: calls again, late events, listed events


@dataclass
class Told:
    """What was posted to us, when by the sandbox's clock, and which event it was.

    And the key of each call that reached the sandbox, whoever made it again.
    """

    posts: list[tuple[datetime, str]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)

    @property
    def times(self) -> set[int]:
        return set(Counter(event for _, event in self.posts).values())

    def orders(self) -> Iterator[bool]:
        """Whether each event that was posted is older than the one that came before it."""
        made = dict(SandboxEvent.objects.values_list("id", "created_at"))
        return (made[one] > made[next_] for (_, one), (_, next_) in pairwise(self.posts))

    def late(self) -> list[timedelta]:
        made = dict(SandboxEvent.objects.values_list("id", "created_at"))
        return [at - made[event] for at, event in self.posts]

    def asked(self) -> dict[str, int]:
        """How often each of our commands was asked."""
        times = Counter(self.calls)
        made = GatewayCommand.objects.filter(key__in=times)
        return {key: times[key] for key in made.values_list("key", flat=True)}


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    heard, hand_over, once = Told(), delivery.hand_over, keys._once

    def listening(path: str, body: bytes, signature: str) -> int:
        heard.posts.append((clock.now(), json.loads(body)["id"]))
        return hand_over(path, body, signature)

    def counting(key: str, *asked: Any) -> tuple[SandboxCall, bool]:
        heard.calls.append(key)
        return once(key, *asked)

    monkeypatch.setattr(delivery, "hand_over", listening)
    monkeypatch.setattr(keys, "_once", counting)
    return heard


def live(since: datetime, *, days: int) -> None:
    """What the provider tells, and what the worker's sweeps do, a few times a day."""
    for day in range(days):
        for part in PARTS:
            moment = since + day * DAY + part
            with clock.pinned(moment):
                given._settle(moment)
                outbox.run_stuck(at=moment)
                gaps.fill_when_due(at=moment)
            given.settle(at=moment)


def paid_in(alice: User, bob: User, *, at: datetime) -> Charge:
    """By a page that may not open at once."""
    payer = given.organization(alice)
    charge = charging.begin(payer=payer, escrows=[given.terms(bob)], by=alice, at=at)
    with clock.pinned(at):
        outbox.open_page(charge.pk, at=at)
    live(at, days=1)
    charge.refresh_from_db()
    paying.pay(charge.session_id, "4242", at=at + 3 * HOUR)
    live(at + 3 * HOUR, days=1)
    return charge


@contextmanager
def switched(name: str) -> Iterator[None]:
    faults.switch(**{name: True})
    yield
    faults.switch(**{name: False})


EVIDENCE: dict[str, Callable[[Told], bool]] = {
    "doubles": lambda told: told.times == {2},
    "reorders": lambda told: any(told.orders()),
    "delays": lambda told: min(told.late()) >= delivery.LATE,
    "drops": lambda told: not told.posts,
    "goes_silent": lambda told: set(told.asked().values()) == {2},
}


@pytest.mark.parametrize("name", EVIDENCE)
def test_whatever_is_switched_on_money_moves_once(
    alice: User, bob: User, told: Told, name: str
) -> None:
    method = named_bank(bob)
    told.posts.clear()
    told.calls.clear()
    with switched(name):
        first = paid_in(alice, bob, at=NOON)
        escrow.release(given.escrow_of(first).pk, document="INV1", at=NOON + DAY)
        second = paid_in(alice, bob, at=NOON + 2 * DAY)
        held, at = given.escrow_of(second), NOON + 4 * DAY
        escrow.refund(held.pk, reason="The work ended.", by=THE_END, at=at)
        live(at, days=1)
        earnings.make_available(at=NOON + 7 * DAY)
        given.requested_payout(bob, method, EUR("100.00"), at=NOON + 7 * DAY)
        live(NOON + 7 * DAY + HOUR, days=5)

        assert EVIDENCE[name](told)
    live(NOON + 13 * DAY, days=1)

    assert {each.state for each in Charge.objects.all()} == {"succeeded"}
    assert (Refund.objects.get().state, Payout.objects.get().state) == ("succeeded", "paid")
    assert (SandboxRefund.objects.count(), SandboxTransfer.objects.count()) == (1, 1)
    assert not GatewayEvent.objects.filter(handled_at=None).exists()
    assert dict(Counter(Entry.objects.values_list("kind", flat=True))) == KINDS
    assert_every_law_holds()


KINDS = {
    "fund_escrow": 2,
    "settle_provider_line": 3,
    "release_escrow": 1,
    "refund_from_escrow": 1,
    "settle_refund": 1,
    "make_available": 1,
    "request_payout": 1,
    "transfer_to_payee": 1,
    "pay_out": 1,
}
