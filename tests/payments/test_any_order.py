"""T28: refunds, banks and withdrawals in any order, in any state: no sum is ever broken."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from random import Random
from typing import TypeVar

import pytest
from django.db.models import F, Model, QuerySet

from billing_site.kernel.transitions import SYSTEM, NotAllowed
from billing_site.people.models import User
from ledger.queries.balances import spendable
from payments.gateways.sandbox import disputing
from payments.gateways.sandbox.models import SandboxDispute, SandboxPayment
from payments.models import Charge, Escrow, Payout, PayoutMethod, Refund
from payments.services import earnings, escrow, failed_refunds, payouts
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON, SOON
from tests.payments.books import assert_every_law_holds

THE_END = SYSTEM("the work ended")
STEPS = 14
M = TypeVar("M", bound=Model)
CODES = ["4242", "5126", "5126_late"]


class World:
    """Each deed is tried where it may be tried; whoever may not is refused in words."""

    def __init__(self, alice: User, bob: User, dice: Random) -> None:
        self.alice, self.bob, self.dice, self.now = alice, bob, dice, NOON
        self.method: PayoutMethod = given.payout_method(bob)

    def step(self) -> str:
        deeds: list[Callable[[], object]] = [
            self.fund, self.fund, self.release, self.refund, self.bank_wants, self.bank_wants,
            self.bank_decides, self.withdraw, self.keep_refund,
        ]  # fmt: skip
        deed = self.dice.choice(deeds)
        with suppress(NotAllowed):
            deed()
        self.now += self.dice.choice([SOON, DAY, 4 * DAY])
        given.settle(at=self.now)
        earnings.make_available(at=self.now)
        return deed.__name__

    def fund(self) -> None:
        charge = given.begun_charge(client=self.alice, freelancer=self.bob, at=self.now)
        given.paid(charge, self.dice.choice(CODES), at=self.now)
        self.now += SOON

    def release(self) -> None:
        if held := self._any(Escrow.objects.filter(state="held")):
            escrow.release(held.pk, document=f"INV{held.pk}", at=self.now)

    def refund(self) -> None:
        if held := self._any(Escrow.objects.filter(state="held")):
            escrow.refund(held.pk, reason="It ended.", by=THE_END, at=self.now)

    def keep_refund(self) -> None:
        if failed := self._any(Refund.objects.filter(state="failed")):
            deed = self.dice.choice([failed_refunds.keep, failed_refunds.retry])
            deed(failed.pk, by=self.alice, at=self.now)

    def bank_wants(self) -> None:
        """Sometimes a part, sometimes only a question; not what has all gone back already."""
        if payment := self._any(SandboxPayment.objects.filter(status="succeeded", disputes=None)):
            gone = sum(each.amount for each in payment.refunds.exclude(status="failed"))
            left = payment.amount - gone
            if left:
                disputing.dispute(
                    payment,
                    at=self.now,
                    amount=self.dice.choice([left, left // 3]),
                    is_inquiry=self.dice.random() < 0.2,
                )

    def bank_decides(self) -> None:
        waits = SandboxDispute.objects.filter(status__in=["needs_response", "lost"])
        if row := self._any(waits):
            won = row.status == "lost" or self.dice.random() < 0.5
            disputing.close(row, won=won, at=self.now)

    def withdraw(self) -> None:
        code = f"freelancer:{given.organization(self.bob).pk}:available"
        payouts.request(
            organization=given.organization(self.bob),
            method=self.method,
            amount=max(spendable(code, "EUR"), EUR("10.00")),
            by=self.bob,
            at=self.now,
        )

    def _any(self, rows: QuerySet[M]) -> M | None:
        found = list(rows.order_by("pk"))
        return self.dice.choice(found) if found else None


def assert_no_sum_is_broken() -> None:
    """No more went back of a charge than it brought, whoever took it; and every law holds."""
    over = Charge.objects.filter(refunded__gt=F("amount") - F("credit") - F("taken_back"))
    assert not over.exists()
    assert_every_law_holds()


def live(alice: User, bob: User, *, seed: int, steps: int = STEPS) -> None:
    world, done = World(alice, bob, Random(seed)), list[str]()
    for _ in range(steps):
        done.append(world.step())
        assert_no_sum_is_broken()
    given.settle(at=world.now + 40 * DAY)
    assert_no_sum_is_broken()
    assert not Payout.objects.filter(state="sending").exists(), done


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [1, 2])
def test_in_a_drawn_order(alice: User, bob: User, seed: int) -> None:
    live(alice, bob, seed=seed)


@pytest.mark.release
@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(10, 50))
def test_in_many_orders(alice: User, bob: User, seed: int) -> None:
    live(alice, bob, seed=seed, steps=30)
