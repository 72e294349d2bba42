"""T28: refunds, banks and withdrawals in any order, in any state: no sum is ever broken."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from random import Random
from typing import TypeVar

import pytest
from django.db import transaction
from django.db.models import F, Model, QuerySet

from billing_site.kernel.money import Money
from billing_site.kernel.transitions import SYSTEM, NotAllowed
from billing_site.people.models import User
from billing_site.platform import clock
from ledger.models import Entry
from ledger.queries.balances import spendable
from payments.gateways.sandbox import disputing, paying
from payments.gateways.sandbox.models import SandboxDispute, SandboxPayment
from payments.models import Charge, Escrow, Lot, Payout, PayoutMethod, Refund
from payments.services import (
    charging,
    credit,
    earnings,
    escrow,
    failed_refunds,
    outbox,
    payouts,
)
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON, SOON
from tests.payments.books import assert_every_law_holds
from tests.payments.test_taking_back import taken_back

THE_END = SYSTEM("the work ended")
STEPS = 14
M = TypeVar("M", bound=Model)
CODES = ["4242", "5126", "5126_late"]
MOVED = {
    "fund_escrow", "release_escrow", "refund_from_escrow", "settle_refund", "refund_released",
    "send_credit_back", "request_payout", "pay_out",
}  # fmt: skip


class World:
    """Each deed is tried where it may be tried; whoever may not is refused in words."""

    def __init__(self, alice: User, bob: User, dice: Random) -> None:
        self.alice, self.bob, self.dice, self.now = alice, bob, dice, NOON
        self.method: PayoutMethod = given.payout_method(bob)
        self.notes = 0

    def step(self) -> str:
        deeds: list[Callable[[], object]] = [
            self.fund, self.fund, self.release, self.refund, self.bank_wants,
            self.bank_decides, self.withdraw, self.keep_refund, self.give_back, self.give_back,
            self.send_back,
        ]  # fmt: skip
        deed = self.dice.choice(deeds)
        with suppress(NotAllowed):
            deed()
        self.now += self.dice.choice([SOON, DAY, 4 * DAY])
        given.settle(at=self.now)
        earnings.make_available(at=self.now)
        return deed.__name__

    def fund(self) -> None:
        """By credit first, which may pay all of it; the rest on a page."""
        payer, terms = given.organization(self.alice), given.terms(self.bob)
        charge = charging.begin(payer=payer, escrows=[terms], by=self.alice, at=self.now)
        with clock.pinned(self.now):
            page = outbox.open_page(charge.pk, at=self.now)
        if page:
            paying.pay(page.session_id, self.dice.choice(CODES), at=self.now)
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
        paid = SandboxPayment.objects.filter(status="succeeded", disputes=None)
        if payment := self._any(paid, by="created_at"):
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
        if row := self._any(waits, by="created_at"):
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

    def give_back(self) -> None:
        """All or a part of what was released: pending, available or paid out long ago."""
        self.notes += 1
        if lot := self._any(Lot.objects.all()):
            gross = f"{lot.gross.amount / self.dice.choice([1, 4]):.2f}"
            document = lot.document.removeprefix("invoice/")
            taken_back(gross, of=document, note=f"N{self.notes}", at=self.now)
            if self.dice.random() < 0.7:
                self.send_back()

    def send_back(self) -> None:
        """What came back to the client, to the ways that it was paid by."""
        client = given.organization(self.alice)
        amount = max(spendable(f"client:{client.pk}:credit", "EUR"), EUR("0.50"))
        credit.send_back(client, amount=amount, by=self.alice, at=self.now)

    def _any(self, rows: QuerySet[M], *, by: str = "pk") -> M | None:
        """In an order that the next run has too."""
        found = list(rows.order_by(by))
        return self.dice.choice(found) if found else None


def assert_no_sum_is_broken() -> None:
    """No more went back of a charge than it brought, whoever took it; and every law holds.

    What could not be sent, and waits for its client to say what to do with it, went nowhere.
    """
    for charge in Charge.objects.filter(refunded__gt=F("amount") - F("credit") - F("taken_back")):
        waits = charge.refunds.filter(state="failed")
        assert charge.refunded - sum_of(waits) <= charge.asked - charge.taken_back
    assert_every_law_holds()


def sum_of(refunds: QuerySet[Refund]) -> Money:
    return sum((each.sent_amount for each in refunds), EUR("0.00"))


def assert_it_happens(alice: User, bob: User, *, seeds: Iterable[int], steps: int) -> None:
    """Whoever is refused everything breaks nothing: each of these was done in one of them."""
    kinds = set[str]()
    for seed in seeds:
        with rewound():
            live(alice, bob, seed=seed, steps=steps)
            kinds |= set(Entry.objects.values_list("kind", flat=True))
    assert kinds >= MOVED, MOVED - kinds


@contextmanager
def rewound() -> Iterator[None]:
    """The next begins where this one did."""
    point = transaction.savepoint()
    yield
    transaction.savepoint_rollback(point)


def live(alice: User, bob: User, *, seed: int, steps: int) -> None:
    world, done = World(alice, bob, Random(seed)), list[str]()
    for _ in range(steps):
        done.append(world.step())
        assert_no_sum_is_broken()
    given.settle(at=world.now + 40 * DAY)
    assert_no_sum_is_broken()
    assert not Payout.objects.filter(state="sending").exists(), done


@pytest.mark.django_db
@pytest.mark.parametrize("seeds", [(1, 5, 7)])
def test_in_a_drawn_order(alice: User, bob: User, seeds: tuple[int, ...]) -> None:
    assert_it_happens(alice, bob, seeds=seeds, steps=STEPS)


@pytest.mark.release
@pytest.mark.django_db
@pytest.mark.parametrize("tens", range(1, 5))
def test_in_many_orders(alice: User, bob: User, tens: int) -> None:
    assert_it_happens(alice, bob, seeds=range(10 * tens, 10 * tens + 10), steps=30)
