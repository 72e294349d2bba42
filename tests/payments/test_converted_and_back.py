"""What was converted and did not arrive stays converted, and every page and letter says so."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from billing_site.kernel.money import Money
from billing_site.people.models import Organization, User
from billing_site.platform import clock
from billing_site.platform.models import Letter
from payments.gateways.sandbox.models import SandboxAccount
from payments.models import Payout
from payments.services import converting
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON
from tests.payments.visiting import text_of

STAYS = "It stays converted, and is withdrawn anew without another margin."


@pytest.fixture(autouse=True)
def noon() -> Any:
    with clock.pinned(NOON):
        yield


@pytest.fixture
def bob(db: None) -> User:
    return given.worker("bob", currency="USD")


def counts_in(bob: User, currency: str) -> None:
    """His banks take this currency from now on."""
    Organization.objects.filter(pk=given.organization(bob).pk).update(currency=currency)
    SandboxAccount.objects.update(currency=currency)


def converted(alice: User, bob: User, *, behavior: str = "pays") -> Payout:
    """Bob withdraws €500.00 to a bank that takes dollars; the first one he named takes euros."""
    given.available_earnings(client=alice, freelancer=bob)
    counts_in(bob, "EUR")
    given.payout_method(bob, last4="1111")
    counts_in(bob, "USD")
    given.exchanged(EUR("495.00"), Money(Decimal("540.00"), "USD"))
    bank = given.payout_method(bob, last4="2222", behavior=behavior)
    given.payout_method(bob, last4="3333")
    return converting.withdraw(given.quoted(bob, bank, EUR("500.00")).pk, by=bob, at=NOON)


def test_who_cancels_it_is_told(alice: User, bob: User, as_bob: Client) -> None:
    payout = converted(alice, bob)

    page = as_bob.post(reverse("payout-cancellation", args=[payout.ref]), follow=True)
    again = as_bob.get(payout.get_absolute_url())

    assert f"Cancelled. All of it is in your balance again. {STAYS}" in text_of(page)
    assert f"our fee too. {STAYS}" in text_of(again)


@pytest.mark.parametrize("behavior", ["closes", "returns"])
def test_what_came_back_is_offered_to_a_bank_of_its_currency(
    alice: User, bob: User, as_bob: Client, behavior: str
) -> None:
    payout = converted(alice, bob, behavior=behavior)
    given.settle(at=NOON + DAY)
    given.settle(at=NOON + 9 * DAY)
    with clock.pinned(NOON + 9 * DAY):
        page = text_of(as_bob.get(payout.get_absolute_url()))
        offered = as_bob.get(reverse("payout-new"), {"amount": "538.07", "currency": "USD"})

    assert STAYS in page
    assert STAYS in Letter.objects.latest("pk").text
    assert "Withdraw $538.07" in text_of(offered)
    assert "Our margin" not in text_of(offered)
