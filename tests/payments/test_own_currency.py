"""A client whose currency is not the contract's pays in its own, by a quote that was seen."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from billing_site.kernel.money import Money
from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people.models import User
from billing_site.platform import clock
from ledger.models import Entry
from ledger.queries.journal import journal
from ledger.services.posting import post_many
from payments.gateways.sandbox.models import SandboxPayment, SandboxSession
from payments.models import Charge, Escrow, Quote
from payments.models.quote import RateIsOver
from payments.services import charging, collecting, own_currency
from payments.services.taking_back import take_back
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON, SOON
from tests.payments.books import assert_every_law_holds, held
from tests.payments.own_currency import MARGIN, PAID, TOTAL, USD, fx
from tests.payments.racing import at_once

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
DOCUMENT = "milestone/M1"


@pytest.fixture
def quote(alice: User) -> Quote:
    return given.priced(alice, TOTAL, document=DOCUMENT)


@pytest.fixture
def charge(alice: User, bob: User) -> Charge:
    return given.begun_by_quote(client=alice, freelancer=bob, price=USD("1000.00"))


def begin(
    alice: User, bob: User, quote: Quote, *, at: Any = NOON, document: str = DOCUMENT
) -> Charge:
    terms = given.terms(bob, price=USD("1000.00"), document=document)
    return charging.begin(
        payer=given.organization(alice), escrows=[terms], by=alice, at=at, quote=quote
    )


class TestAQuote:
    def test_it_says_what_is_paid(self, quote: Quote) -> None:
        assert (quote.into, quote.amount, quote.margin) == (TOTAL, PAID, MARGIN)
        assert (quote.rate, quote.margin_bps) == (Decimal("1.087"), 100)
        assert quote.valid_until == NOON + 15 * MINUTE
        assert not Entry.objects.exists()
        assert_every_law_holds()

    @pytest.mark.parametrize(
        ("total", "why"),
        [
            (EUR("10.00"), "nothing to convert"),
            (USD("0.30"), "A payment is €0.50 at least"),
            (Money(60, "JPY"), "A payment is €0.50 at least"),
        ],
    )
    def test_what_is_not_quoted(self, alice: User, total: Money, why: str) -> None:
        with pytest.raises(NotAllowed, match=why):
            given.priced(alice, total, document=DOCUMENT)

    def test_without_a_rate_there_is_none(self, alice: User) -> None:
        with pytest.raises(NotAllowed, match="no rate for USD"):
            own_currency.quote(
                client=given.organization(alice), total=TOTAL, document=DOCUMENT, by=alice, at=NOON
            )

    def test_it_is_not_for_others(self, alice: User, bob: User) -> None:
        with pytest.raises(NotYours):
            own_currency.quote(
                client=given.organization(alice), total=TOTAL, document=DOCUMENT, by=bob, at=NOON
            )

    @pytest.mark.parametrize(
        ("total", "own", "paid", "margin"),
        [
            (Money(170_131, "JPY"), "KWD", "356.060", "3.560"),  # 352.4998 and 3.5606
            (Money("1308.640", "KWD"), "JPY", "637982", "6380"),  # 631,601.9…
        ],
    )
    def test_it_is_of_whole_coins(
        self, alice: User, total: Money, own: str, paid: str, margin: str
    ) -> None:
        organization = given.organization(alice)
        organization.currency = own
        organization.save()
        quote = given.priced(alice, total, document=DOCUMENT)
        assert (quote.amount, quote.margin) == (Money(paid, own), Money(margin, own))
        assert_every_law_holds()


class TestPaying:
    def test_the_page_asks_for_it_in_their_currency_for_an_hour(self, charge: Charge) -> None:
        page = SandboxSession.objects.get()
        assert (page.currency, page.amount) == ("EUR", 98_455)
        assert page.lines == [{"title": "Logo, final files", "amount": 98_455}]
        assert charge.page_expires_at == NOON + 60 * MINUTE
        assert (charge.amount, charge.charged) == (TOTAL, PAID)

    def test_what_came_is_held_in_the_currency_of_the_contract(self, charge: Charge) -> None:
        charge = given.paid(charge)

        assert charge.state == "succeeded"
        assert Escrow.objects.get().state == "held"
        assert fx() == (EUR("974.70"), -TOTAL, MARGIN)
        assert held("provider:clearing") == EUR("0.00")
        assert held("provider:clearing", "USD") == USD("0.00")
        assert journal().startswith(FUNDED.format(ref=Escrow.objects.get().ref))
        assert_every_law_holds()

    def test_learning_of_it_again_posts_nothing(self, charge: Charge) -> None:
        given.paid(charge)
        before = Entry.objects.count()
        given.settle(at=NOON + 3 * DAY)
        assert Entry.objects.count() == before

    def test_once(self, alice: User, bob: User, quote: Quote) -> None:
        begin(alice, bob, quote)
        with pytest.raises(WrongState, match="since Alice was faster"):
            begin(alice, bob, quote)
        assert Charge.objects.count() == 1

    def test_its_time_is_over_before_the_sweep_says_so(
        self, alice: User, bob: User, quote: Quote
    ) -> None:
        with pytest.raises(RateIsOver, match=r"locked until 12:15 UTC\."):
            begin(alice, bob, quote, at=NOON + 15 * MINUTE)
        assert not Charge.objects.exists()

    def test_for_nothing_else(self, alice: User, bob: User, quote: Quote) -> None:
        with pytest.raises(NotAllowed, match="locked for something else"):
            begin(alice, bob, quote, document="milestone/M2")
        with pytest.raises(NotAllowed, match="locked for something else"):
            begin(given.payer("dora"), bob, quote)

    def test_not_for_another_sum(self, alice: User, bob: User, quote: Quote) -> None:
        lot = given.released(client=alice, freelancer=bob, price=USD("100.00")).lot
        document = lot.document.removeprefix("invoice/")
        with transaction.atomic():  # It is Alice's credit in dollars.
            note = ("credit_note", "N1")
            back = take_back(
                USD("20.00"), documents=[document], item_id=None, because=note, at=NOON
            )
            post_many(back.movements)
        with pytest.raises(NotAllowed, match="Another sum is due by now"):
            begin(alice, bob, quote)

    def test_a_page_that_nobody_used_moves_nothing(self, charge: Charge) -> None:
        given.settle(at=NOON + DAY)

        assert Charge.objects.get().state == "cancelled"
        assert Quote.objects.get().state == "used"
        assert not Entry.objects.exists()
        assert_every_law_holds()

    def test_a_saved_card_pays_it_too(self, alice: User, bob: User) -> None:
        saved = given.payment_method(alice)
        quote = given.priced(alice, TOTAL, document=DOCUMENT)
        with clock.pinned(NOON):
            collecting.collect(
                payer=given.organization(alice),
                escrows=[given.terms(bob, price=USD("1000.00"))],
                only=saved,
                by=alice,
                at=NOON,
                quote=quote,
            )
        given.settle(at=NOON + SOON)

        payment = SandboxPayment.objects.get()
        assert (payment.currency, payment.amount) == ("EUR", 98_455)
        assert Charge.objects.get().state == "succeeded"
        assert_every_law_holds()


@pytest.mark.django_db(transaction=True)
def test_one_quote_pays_once_of_sixteen_at_once() -> None:
    alice, bob = given.payer(), given.worker()
    item = given.open_item(client=alice, freelancer=bob, price=USD("1000.00"))
    quote = given.priced(alice, TOTAL, document=item.document)

    def pay() -> Charge:
        return charging.begin(
            payer=given.organization(alice),
            purposes=[(item, item.owed)],
            by=alice,
            at=NOON,
            quote=quote,
        )

    assert at_once(pay) == {"done": 1, "refused in words": 15}
    assert Charge.objects.count() == 1
    given.paid(given.opened(Charge.objects.get()))
    assert fx() == (EUR("974.70"), -TOTAL, MARGIN)
    assert_every_law_holds()


FUNDED = """\
2026-03-02  Escrow funded
  provider:clearing                         1,059.50 USD
      escrow:{ref}                                 1,000.00 USD
      deferred:client_fee:{ref}                       50.00 USD
      tax:vat:DE                                              9.50 USD

2026-03-02  Paid in another currency
  provider:clearing                           984.55 EUR
      fx:EUR                                                974.70 EUR
      income:fx_margin                                        9.85 EUR
  fx:USD                                    1,059.50 USD
      provider:clearing                                   1,059.50 USD
"""
