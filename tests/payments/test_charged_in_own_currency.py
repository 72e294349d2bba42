"""Who chose it is charged in their own currency while nobody looks: at the rate of its moment."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from billing_site.kernel.money import Money
from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import Letter
from ledger.models import Entry
from ledger.queries.journal import journal
from payments.gateways.base import BalanceLine, PaymentState, Status
from payments.gateways.sandbox import paying
from payments.gateways.sandbox.models import SandboxPayment, SandboxRefund, SandboxSession
from payments.models import Charge, ChargeAttempt, Collection, Escrow, Quote, StrayPayment
from payments.queries.standing import standing_of
from payments.rates.table import TABLE
from payments.services import (
    collecting,
    currency_choices,
    escrow,
    exchange_rates,
    following,
    outbox,
)
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON, SOON
from tests.payments.books import assert_every_law_holds
from tests.payments.own_currency import HOURS, MARGIN, PAID, TOTAL, USD, chosen, collected, fx
from tests.payments.test_own_currency import FUNDED

pytestmark = pytest.mark.django_db
DEARER = EUR("891.84")  # the same at 1.2


def tried(charge: Charge, *, at: Any) -> Charge:
    """The round that is due by then, and what comes of it."""
    with clock.pinned(at):
        collecting.try_due(at=at)
    given.settle(at=at)
    given.settle(at=at + SOON)
    return Charge.objects.get(pk=charge.pk)


@pytest.fixture
def dearer(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The dollar is worth less the day after."""

    def change() -> None:
        monkeypatch.setitem(TABLE, "USD", Decimal("1.2"))
        exchange_rates.fetch_when_due(at=NOON + DAY)

    return change


class TestACharge:
    def test_it_is_made_at_the_rate_of_its_moment(self, alice: User, bob: User) -> None:
        given.payment_method(alice)
        chosen(alice)
        charge = collected(alice, bob)
        quote = Quote.objects.get()
        assert (quote.state, quote.amount, quote.margin, quote.into) == (
            "used", PAID, MARGIN, TOTAL,
        )  # fmt: skip
        assert quote.changes.get().reason == "its client wants to be charged in its own currency"

        given.settle(at=NOON + SOON)
        before = Entry.objects.count()
        given.settle(at=NOON + 3 * DAY)
        collecting.try_due(at=NOON + 3 * DAY)

        payment = SandboxPayment.objects.get()
        assert (payment.currency, payment.amount) == ("EUR", 98_455)
        assert Charge.objects.get().state == "succeeded"
        assert fx() == (EUR("974.70"), -TOTAL, MARGIN)
        assert journal().startswith(FUNDED.format(ref=Escrow.objects.get().ref))
        assert Entry.objects.count() == before
        assert standing_of(charge).tries[0].amount == PAID  # type: ignore[union-attr]
        assert_every_law_holds()

    @pytest.mark.parametrize(
        ("is_own", "price"), [(False, USD("1000.00")), (True, EUR("1000.00")), (True, USD("0.45"))]
    )
    def test_it_is_in_the_contracts_currency(
        self, alice: User, bob: User, is_own: bool, price: Money
    ) -> None:
        """Because they chose that, because it is theirs, or because it is too little."""
        chosen(alice, is_own=is_own)
        given.payment_method(alice)
        charge = collected(alice, bob, price=price)
        assert charge.charged == charge.amount
        assert not Quote.objects.exists()

    def test_all_methods_of_a_day_are_asked_for_the_same(self, alice: User, bob: User) -> None:
        for code in ("0341", "9995", "4242"):
            given.payment_method(alice, code)
        chosen(alice)
        charge = collected(alice, bob)
        given.settle(at=NOON + SOON)
        tried(charge, at=NOON + SOON)

        tries = ChargeAttempt.objects.order_by("pk")
        assert {each.quote for each in tries} == {Quote.objects.get()}
        assert [each.outcome for each in tries][-1] == "paid"
        assert_every_law_holds()

    def test_a_day_later_it_costs_what_it_costs_then(
        self, alice: User, bob: User, dearer: Any
    ) -> None:
        given.payment_method(alice, "0341")
        chosen(alice)
        charge = collected(alice, bob)
        given.settle(at=NOON + SOON)
        assert f"€984.55 (for ${TOTAL.amount:,.2f}) could not be charged" in (
            Letter.objects.latest("pk").subject
        )
        dearer()
        given.payment_method(alice, "4242", at=NOON + 2 * SOON)

        charge = tried(charge, at=NOON + DAY)

        old, new = Quote.objects.order_by("pk")
        assert (old.state, new.state) == ("replaced", "used")
        last = old.changes.last()
        assert last
        assert last.reason == "it was not paid, and is asked for anew"
        assert (charge.state, charge.charged) == ("succeeded", DEARER)
        assert SandboxPayment.objects.get(status="succeeded").amount == 89_184
        assert_every_law_holds()

        held = Escrow.objects.get()
        escrow.refund(held.pk, reason="It ended.", by=HOURS, at=NOON + 2 * DAY)
        given.settle(at=NOON + 2 * DAY)
        given.settle(at=NOON + 2 * DAY + SOON)
        assert SandboxRefund.objects.get().amount == 89_184
        assert fx() == (EUR("0.00"), USD("0.00"), EUR("0.00"))
        assert_every_law_holds()

    def test_who_chooses_otherwise_is_charged_otherwise_from_then_on(
        self, alice: User, bob: User
    ) -> None:
        given.payment_method(alice, "0341")
        chosen(alice)
        charge = collected(alice, bob)
        given.settle(at=NOON + SOON)
        chosen(alice, is_own=False, at=NOON + 2 * SOON)
        given.payment_method(alice, "4242", at=NOON + 2 * SOON)

        charge = tried(charge, at=NOON + DAY)

        assert (charge.state, charge.charged) == ("succeeded", TOTAL)
        assert Quote.objects.get().state == "replaced"
        assert_every_law_holds()

    def test_without_a_rate_nobody_is_charged_and_nobody_is_late(
        self, alice: User, bob: User
    ) -> None:
        given.payment_method(alice)
        currency_choices.choose(given.organization(alice), is_own=True, by=alice, at=NOON)
        charge = collected(alice, bob)
        standing = standing_of(charge)
        assert standing
        assert standing.words.startswith("We have no rate for USD")
        assert (standing.is_late, standing.next_try_at) == (False, NOON + timedelta(hours=1))
        assert not ChargeAttempt.objects.exists()

        exchange_rates.fetch_when_due(at=NOON + SOON)
        charge = tried(charge, at=NOON + SOON)
        assert (charge.state, charge.charged) == ("succeeded", PAID)
        assert Collection.objects.get().late_since is None
        assert_every_law_holds()

    def test_a_page_asks_for_the_rate_of_its_moment_for_an_hour(
        self, alice: User, bob: User, dearer: Any
    ) -> None:
        given.payment_method(alice, "0341")
        chosen(alice)
        charge = collected(alice, bob)
        given.settle(at=NOON + SOON)
        dearer()
        later = NOON + DAY + timedelta(minutes=5)
        with clock.pinned(later):
            page = outbox.open_page_of_collected(charge.pk, by=alice, at=later)
        assert page
        assert page.expires_at == later + timedelta(hours=1)
        assert SandboxSession.objects.get(mode="payment").amount == 89_184

        paying.pay(page.session_id, "4242", at=later)
        given.settle(at=later + SOON)
        assert Charge.objects.get().state == "succeeded"
        assert_every_law_holds()

    def test_what_is_paid_at_a_rate_that_is_over_goes_back(
        self, alice: User, bob: User, dearer: Any
    ) -> None:
        """News of a page that was left open comes after the rate has changed."""
        given.payment_method(alice, "0341")
        chosen(alice)
        charge = collected(alice, bob)
        given.settle(at=NOON + SOON)
        dearer()
        given.payment_method(alice, "4242", at=NOON + 2 * SOON)
        collecting.try_due(at=NOON + DAY)
        line = BalanceLine("txn_late", "ch_late", "charge", 98_455, 0, "EUR", NOON)
        late = PaymentState("pi_late", charge.ref, Status.SUCCEEDED, 98_455, "EUR", line=line)
        for _ in range(2):
            following.payment(charge.pk, late, at=NOON + DAY)

        charge = Charge.objects.get(pk=charge.pk)
        assert (charge.state, charge.charged) == ("begun", DEARER)
        stray = StrayPayment.objects.get()
        assert (stray.amount, stray.why) == (PAID, "It is at a rate that is over")
        assert stray.refund.amount == PAID
        assert_every_law_holds()
