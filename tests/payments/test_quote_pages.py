"""Withdrawing in another currency, on its pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from billing_site.people.models import User
from billing_site.platform import clock
from payments.models import Payout, PayoutMethod, Quote
from payments.services import converting, exchange_rates
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON
from tests.payments.books import available
from tests.payments.visiting import fields_of, prove, text_of
from tests.signing_in import session_of, with_second_factor

NEW = reverse("payout-new")


@pytest.fixture(autouse=True)
def noon() -> Any:
    with clock.pinned(NOON):
        yield


@pytest.fixture
def bob(db: None) -> User:
    return given.worker("bob", currency="USD")


@pytest.fixture
def method(alice: User, bob: User) -> PayoutMethod:
    """Bob has €881.00 available, and a bank that takes dollars."""
    given.available_earnings(client=alice, freelancer=bob)
    exchange_rates.fetch_when_due(at=NOON)
    return given.payout_method(bob)


def asked(method: PayoutMethod, amount: str = "500.00") -> dict[str, str]:
    return {"currency": "EUR", "amount": amount, "method": method.ref}


def test_what_it_would_become_stands_there_first(as_bob: Client, method: PayoutMethod) -> None:
    page = text_of(as_bob.get(NEW, asked(method)))

    for fact in (
        "€500.00", "Our margin", "−€5.00", "$538.07", "at 1.087 USD for 1 EUR",
        "−$0.99", "$537.08", "Lock this rate", "€881.00 available",
    ):  # fmt: skip
        assert fact in page, fact
    assert not Quote.objects.exists()


def test_locking_leads_to_the_quote_that_says_all_of_it(
    as_bob: Client, bob: User, method: PayoutMethod
) -> None:
    done = as_bob.post(reverse("quotes"), asked(method))

    quote = Quote.objects.get()
    assert done["Location"] == quote.get_absolute_url()
    page = text_of(as_bob.get(quote.get_absolute_url()))
    for fact in ("€500.00 becomes $538.07", "12:15", "−€5.00", "−$0.99", "$537.08", "Wed 4 Mar"):
        assert fact in page, fact
    assert "It stays converted" in page
    assert available(bob) == EUR("881.00")


@pytest.mark.parametrize("amount", ["", "881.01", "0.50", "-1", "1e3", "nonsense"])
def test_what_cannot_be_locked_is_said_on_the_page(
    as_bob: Client, bob: User, method: PayoutMethod, amount: str
) -> None:
    given.quoted(bob, method, EUR("881.00"))
    converting.withdraw(Quote.objects.get().pk, by=bob, at=NOON) if not amount else None

    response = as_bob.post(reverse("quotes"), asked(method, amount))

    assert response.status_code == 422
    assert Quote.objects.count() == 1


def test_the_consent_asks_for_the_second_factor_and_converts_once(
    as_bob: Client, bob: User, quote: Quote
) -> None:
    url = quote.get_absolute_url()
    sent = fields_of(as_bob.get(url))
    assert as_bob.post(url, sent)["Location"].startswith(reverse("mfa_reauthenticate"))
    assert not Payout.objects.exists()

    prove(as_bob)
    done = as_bob.post(url, sent)
    again = as_bob.post(url, sent)

    payout = Payout.objects.get()
    assert done["Location"] == again["Location"] == payout.get_absolute_url()
    assert as_bob.get(url)["Location"] == payout.get_absolute_url()
    assert available(bob) == EUR("381.00")
    page = text_of(as_bob.get(payout.get_absolute_url()))
    for fact in ("€500.00", "−€5.00", "at 1.087 USD for 1 EUR", "$537.08", "Converted to USD"):
        assert fact in page, fact


def test_another_form_of_a_used_quote_is_refused(as_bob: Client, bob: User, quote: Quote) -> None:
    sent = fields_of(as_bob.get(quote.get_absolute_url()))
    converting.withdraw(quote.pk, by=bob, at=NOON)

    response = as_bob.post(quote.get_absolute_url(), sent)

    assert response.status_code == 422
    assert "Bob was faster" in text_of(response)
    assert available(bob) == EUR("381.00")


def test_a_quote_that_ran_out_is_answered_with_a_new_one(
    as_bob: Client, bob: User, quote: Quote
) -> None:
    sent = fields_of(as_bob.get(quote.get_absolute_url()))
    prove(as_bob)
    with clock.pinned(NOON + timedelta(minutes=15)):
        response = as_bob.post(quote.get_absolute_url(), sent)

        new = Quote.objects.latest("pk")
        assert response.status_code == 422
        page = text_of(response)
        assert "This rate was locked until 12:15 UTC. Nothing was converted." in page
        assert "12:30" in page
        assert f'action="{new.get_absolute_url()}"' in response.content.decode()
        assert fields_of(response)["op_id"] != sent["op_id"]
    assert (new.amount, available(bob)) == (quote.amount, EUR("881.00"))


def test_a_quote_that_ran_out_says_so(as_bob: Client, quote: Quote) -> None:
    with clock.pinned(NOON + DAY):
        page = text_of(as_bob.get(quote.get_absolute_url()))
    assert "This rate has run out. Nothing was converted." in page
    assert "Show the rate of now" in page


def test_an_old_rate_is_said(as_bob: Client, method: PayoutMethod) -> None:
    with clock.pinned(NOON + 6 * DAY):
        response = as_bob.get(NEW, asked(method))
    assert response.status_code == 422
    assert "is of 2 March 2026, which is too old" in text_of(response)


def test_it_does_not_exist_for_others(quote: Quote, charlie: User) -> None:
    with_second_factor(charlie)
    assert session_of(charlie).get(quote.get_absolute_url()).status_code == 404


def test_earnings_say_what_was_converted(as_bob: Client, bob: User, quote: Quote) -> None:
    converting.withdraw(quote.pk, by=bob, at=NOON)

    euros = text_of(as_bob.get(reverse("earnings"), {"currency": "EUR"}))
    assert "Converted to USD" in euros
    assert "became $538.07" in euros
    assert "−$538.07" in text_of(as_bob.get(reverse("earnings"), {"currency": "USD"}))
