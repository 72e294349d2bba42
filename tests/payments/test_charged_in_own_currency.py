"""Who chose it is charged in their own currency while nobody looks: at the rate of its moment."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from billing_site.kernel.money import Money
from billing_site.kernel.transitions import SYSTEM, NotYours
from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import Letter
from ledger.models import Entry
from ledger.queries.journal import journal
from payments.gateways.base import BalanceLine, PaymentState, Status
from payments.gateways.sandbox import paying
from payments.gateways.sandbox.models import SandboxPayment, SandboxRefund, SandboxSession
from payments.models import (
    Charge,
    ChargeAttempt,
    Collection,
    CurrencyChoice,
    Escrow,
    Quote,
    StrayPayment,
)
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
from tests.payments.test_own_currency import FUNDED, MARGIN, PAID, TOTAL, USD, fx
from tests.payments.test_pages import fields_of, text_of
from tests.payments.test_races import at_once
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db
HOURS = SYSTEM("its week was locked")
DEARER = EUR("891.84")  # the same at 1.2
PAGE = "/methods/currency/"


def chosen(alice: User, *, is_own: bool = True, at: Any = NOON - DAY) -> None:
    exchange_rates.fetch_when_due(at=NOON)
    currency_choices.choose(given.organization(alice), is_own=is_own, by=alice, at=at)


def collected(alice: User, bob: User, *, price: Money | None = None) -> Charge:
    return collecting.collect(
        payer=given.organization(alice),
        escrows=[given.terms(bob, price=price or USD("1000.00"))],
        by=HOURS,
        at=NOON,
    )


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


def test_what_the_database_refuses(alice: User, bob: User) -> None:
    given.payment_method(alice, "sepa")
    chosen(alice)
    seen = given.begun_by_quote(client=alice, freelancer=bob, price=USD("100.00"))
    with pytest.raises(DatabaseError, match="saw and agreed to"), transaction.atomic():
        Charge.objects.filter(pk=seen.pk).update(quote=None)
    charge = collected(alice, bob)
    given.settle(at=NOON + SOON)
    assert Charge.objects.get(pk=charge.pk).state == "processing"
    illegal = {
        f"UPDATE payments_charge SET quote_id = NULL WHERE id = {charge.pk}": "is final",
        "UPDATE payments_chargeattempt SET quote_id = NULL": "is final",
        "UPDATE payments_currencychoice SET is_own = false": "is final",
        "UPDATE payments_currencychoice SET margin_bps = 5": "is final",
        "DELETE FROM payments_currencychoice": "is final",
        "UPDATE payments_quote SET state = 'replaced', used_at = NULL": "in_its_time",
        "INSERT INTO payments_currencychoice (organization_id, is_own, margin_bps, said_by_id,"
        " said_at) SELECT organization_id, true, 10000, said_by_id, said_at"
        " FROM payments_currencychoice": "a_margin_is_a_part_of_a_charge",
    }
    for sql, why in illegal.items():
        with pytest.raises(DatabaseError, match=why), transaction.atomic():
            connection.cursor().execute(sql)


class TestChoosing:
    def test_the_rule_is_read_and_agreed_to(self, alice: User, settings: Any) -> None:
        exchange_rates.fetch_when_due(at=NOON)
        as_alice = session_of(alice)
        with clock.pinned(NOON):
            page = as_alice.get(PAGE)
            for fact in (
                "in the currency of each contract", "a margin of 1", "within 24 hours",
                "$100.00 at 1.087 USD for 1 EUR", "€92.93",
            ):  # fmt: skip
                assert fact in text_of(page), fact
            sent = {**fields_of(page), "currency": "own"}
            for _ in range(2):
                assert as_alice.post(PAGE, sent)["Location"] == "/methods/"
            assert CurrencyChoice.objects.get().margin_bps == 100
            assert "is in EUR, your own currency." in text_of(as_alice.get(reverse("methods")))

            settings.CONVERSION_MARGIN_BPS = 200
            refused = as_alice.post(PAGE, sent)
            assert refused.status_code == 422
            assert "Something changed" in text_of(refused)
            assert CurrencyChoice.objects.count() == 1

    def test_it_is_for_who_pays(self, alice: User, bob: User) -> None:
        as_bob: Client = session_of(bob)
        assert as_bob.get(PAGE).status_code == 403
        with pytest.raises(NotYours):
            currency_choices.choose(given.organization(alice), is_own=True, by=bob, at=NOON)


@pytest.mark.django_db(transaction=True)
def test_sixteen_sweeps_renew_the_rate_once(monkeypatch: pytest.MonkeyPatch) -> None:
    alice, bob = given.payer(), given.worker()
    given.payment_method(alice, "0341")
    chosen(alice)
    charge = collected(alice, bob)
    given.settle(at=NOON + SOON)
    monkeypatch.setitem(TABLE, "USD", Decimal("1.2"))
    exchange_rates.fetch_when_due(at=NOON + DAY)
    given.payment_method(alice, "4242", at=NOON + 2 * SOON)

    assert at_once(lambda: collecting.try_again(charge.pk, at=NOON + DAY)) == {"done": 16}
    given.settle(at=NOON + DAY + SOON)
    given.settle(at=NOON + DAY + 2 * SOON)

    assert list(Quote.objects.order_by("pk").values_list("state", flat=True)) == [
        "replaced", "used",
    ]  # fmt: skip
    assert SandboxPayment.objects.get(status="succeeded").amount == 89_184
    assert Entry.objects.filter(kind="convert_charge").count() == 1
    assert_every_law_holds()
