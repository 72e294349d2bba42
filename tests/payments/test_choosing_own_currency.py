"""Who chooses to be charged in their own currency; sweeps renew its rate once."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from billing_site.kernel.transitions import NotYours
from billing_site.people.models import User
from billing_site.platform import clock
from ledger.models import Entry
from payments.gateways.sandbox.models import SandboxPayment
from payments.models import Charge, CurrencyChoice, Quote
from payments.rates.table import TABLE
from payments.services import collecting, currency_choices, exchange_rates
from tests import given_payments as given
from tests.given_payments import DAY, NOON, SOON
from tests.payments.books import assert_every_law_holds
from tests.payments.own_currency import USD, chosen, collected
from tests.payments.racing import at_once
from tests.payments.visiting import fields_of, text_of
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db
PAGE = "/methods/currency/"


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
