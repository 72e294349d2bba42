"""Protected hours that the client does not pay: the platform advances, and the client owes it."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest

from billing_site.kernel.money import zero
from billing_site.people.models import User
from billing_site.platform import clock
from invoices.models import Contract, FeeInvoice, Invoice, Week
from invoices.services import crediting, owing, silence, week_billing
from payments.models import Charge, Escrow, Lot, OpenItem
from tests import given, given_payments
from tests.given import EUR, NOON, days
from tests.given_world import books, live
from tests.invoices._race import race
from tests.invoices.advanced import (
    FRIDAY,
    LOCK,
    SATURDAY,
    assert_paid_once,
    entries,
    of,
    owes,
    protected_week,
    standing_in,
)
from tests.invoices.books import assert_every_law_holds

pytestmark = pytest.mark.django_db

LOCKED, LATER = date(2026, 3, 2), date(2026, 3, 9)  # the Mondays of its week and of the next


JOURNAL = """\
2026-03-13  Protected week advanced
  client:alice:receivable                     212.00 EUR
      escrow:week                                           200.00 EUR
      deferred:client_fee:week                               10.00 EUR
      tax:vat:AT                                              2.00 EUR

2026-03-13  Escrow released
  escrow:week                                 200.00 EUR
  deferred:client_fee:week                     10.00 EUR
      freelancer:bob:pending                                180.00 EUR
      income:freelancer_fee                                  20.00 EUR
      income:client_fee                                      10.00 EUR"""


@pytest.fixture
def contract(alice: User, bob: User) -> Contract:
    return protected_week(alice, bob)


@pytest.fixture
def advanced(contract: Contract) -> Invoice:
    live(NOON, SATURDAY)
    return Invoice.objects.get()


class TestFriday:
    def test_the_platform_pays_in_the_clients_stead(
        self, advanced: Invoice, alice: User, bob: User
    ) -> None:
        assert (advanced.state, advanced.approved_at) == ("approved", FRIDAY)
        assert Week.objects.get().state == Week.State.LOCKED
        item, lot = OpenItem.objects.get(), Lot.objects.get()
        assert (item.owed, item.is_advanced) == (EUR("212.00"), True)
        assert (lot.amount, lot.released_at) == (EUR("180.00"), FRIDAY)
        assert (owes(alice), of(bob, "pending")) == (EUR("212.00"), EUR("180.00"))
        assert_every_law_holds()

    def test_the_books_of_it(self, advanced: Invoice, alice: User, bob: User) -> None:
        assert advanced.escrow
        journal = books(bob=given.organization(bob), week=advanced.escrow)
        client = f"client:{given.organization(alice).pk}:receivable  "
        assert journal.replace(f"{client:<25}", f"{'client:alice:receivable':<25}") == JOURNAL

    def test_the_client_is_asked_for_it_by_one_charge(self, contract: Contract) -> None:
        live(NOON, SATURDAY + days(40))

        waiting = Charge.objects.filter(state__in=Charge.WAITING)
        assert [charge.amount for charge in waiting] == [EUR("212.00")]

    def test_it_counts_towards_the_protection_of_the_pair(
        self, advanced: Invoice, contract: Contract
    ) -> None:
        standing = standing_in(contract, LATER)
        assert standing.minutes_left == 46 * 60
        assert standing.amount_left == EUR("2300.00")

    def test_and_so_does_what_may_still_have_to_be_paid(
        self, contract: Contract, alice: User
    ) -> None:
        """The payment of a billed week is not here: the next must not count on the same cap."""
        live(NOON, LOCK + days(1))
        assert not OpenItem.objects.exists()
        assert standing_in(contract, LATER).minutes_left == 46 * 60
        assert standing_in(contract, LOCKED).minutes_left == 50 * 60  # of itself it takes nothing

        given.pay(Charge.objects.get(), at=LOCK + days(2))
        assert standing_in(contract, LATER).minutes_left == 50 * 60

    def test_two_contracts_of_a_pair_in_one_batch_share_the_cap(
        self, alice: User, bob: User
    ) -> None:
        """At 100 an hour 25 hours are covered, of 20 and 12 that are billed at once."""
        given_payments.payment_method(alice, "0341")
        for n, hours in enumerate((20, 12)):
            contract = given.hourly_contract(client=alice, freelancer=bob, rate=EUR("100.00"))
            for day in range(hours // 4):
                begin = NOON + days(n * 0.25 + day + 0.5)
                given.worked(contract, by=bob, start=begin, minutes=240)

        week_billing.bill_weeks(at=LOCK)

        counted = Week.objects.order_by("pk").values_list("billed", "protected")
        assert list(counted) == [(1200, 1200), (720, 300)]
        assert_every_law_holds()


class TestPayment:
    def test_the_waiting_charge_pays_it(self, advanced: Invoice, alice: User) -> None:
        for _ in range(2):
            given.pay(Charge.objects.get(), at=SATURDAY + days(1))
            given.jobs_done(at=SATURDAY + days(1))

        assert_paid_once(alice)
        assert of(alice, "credit") == zero("EUR")

    def test_a_card_that_works_pays_it_by_itself(self, advanced: Invoice, alice: User) -> None:
        given_payments.payment_method(alice, "4242", at=SATURDAY + days(1))

        live(SATURDAY, SATURDAY + days(14))

        assert_paid_once(alice)
        assert of(alice, "credit") == zero("EUR")
        assert Charge.objects.filter(state="succeeded").count() == 1

    def test_its_own_page_pays_it_and_the_waiting_charge_is_given_up(
        self, advanced: Invoice, alice: User
    ) -> None:
        at = SATURDAY + days(1)
        given.pay(owing.pay(advanced.pk, by=alice, at=at), at=at)
        live(SATURDAY, at + days(1))

        assert_paid_once(alice)
        assert of(alice, "credit") == zero("EUR")

    def test_what_is_paid_twice_is_credit(self, advanced: Invoice, alice: User) -> None:
        waiting, at = Charge.objects.get(), SATURDAY + days(1)
        second = owing.pay(advanced.pk, by=alice, at=at)
        for charge in (waiting, second):
            given.pay(charge, at=at)
        given.jobs_done(at=at)

        assert_paid_once(alice)
        assert of(alice, "credit") == EUR("212.00")


class TestCredit:
    def credit(self, invoice: Invoice, amount: str, *, by: User) -> None:
        line = invoice.lines.get()
        crediting.credit(
            invoice.pk,
            amounts={line.pk: EUR(amount)},
            reason="An hour too much",
            by=by,
            at=SATURDAY,
        )

    def test_a_part_of_it_is_no_longer_owed(
        self, advanced: Invoice, alice: User, bob: User
    ) -> None:
        self.credit(advanced, "50.00", by=bob)

        note = advanced.credit_notes.get()
        assert (note.to_receivable, note.to_credit) == (EUR("53.00"), EUR("0.00"))
        assert (owes(alice), of(bob, "pending")) == (EUR("159.00"), EUR("135.00"))
        assert Invoice.objects.get().state == "approved"
        assert_every_law_holds()
        live(SATURDAY, SATURDAY + days(2))
        waiting = Charge.objects.filter(state__in=Charge.WAITING)
        assert [charge.amount for charge in waiting] == [EUR("159.00")]

    def test_all_of_it_closes_the_week(self, advanced: Invoice, alice: User, bob: User) -> None:
        self.credit(advanced, "200.00", by=bob)
        live(SATURDAY, SATURDAY + days(2))

        assert Invoice.objects.get().state == "credited"
        assert Week.objects.get().state == Week.State.CLOSED
        assert owes(alice) == of(bob, "pending") == zero("EUR")
        assert not Charge.objects.filter(state__in=Charge.WAITING).exists()
        assert_every_law_holds()


@pytest.mark.django_db(transaction=True)
def test_fridays_sweep_against_the_payment_fills_it_once() -> None:
    alice = given.person("alice", country="AT", city="Graz", postal_code="8010")
    bob = given.person("bob", kind="freelancer", country="NO")
    protected_week(alice, bob)
    live(NOON, FRIDAY - days(1))
    charge = Charge.objects.get()
    sweep = partial(silence.approve_unanswered, at=FRIDAY)
    payment = partial(given.pay, charge, at=FRIDAY)

    race([sweep, payment] * 8)
    with clock.pinned(FRIDAY):
        given.jobs_done(at=FRIDAY)

    assert entries("advance_week") + entries("fund_escrow") == 1
    assert Lot.objects.count() == 1
    invoice = Invoice.objects.get()
    assert (invoice.state, invoice.changes.filter(step="approve").count()) == ("paid", 1)
    assert Escrow.objects.get().state == Escrow.State.RELEASED
    assert owes(alice) == of(alice, "credit") == zero("EUR")
    assert FeeInvoice.objects.filter(side="client").count() == 1
    assert_every_law_holds()
