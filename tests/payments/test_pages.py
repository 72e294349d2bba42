from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from billing_site.people.models import User
from payments.models import Charge
from tests import given_payments as given
from tests.signing_in import session_of, with_second_factor


@pytest.fixture
def charge(alice: User, bob: User) -> Charge:
    return given.begun_charge(client=alice, freelancer=bob)


@pytest.fixture
def as_alice(alice: User) -> Client:
    return session_of(alice)


@pytest.fixture
def as_bob(bob: User) -> Client:
    with_second_factor(bob)
    return session_of(bob)


def text_of(page: object) -> str:
    return " ".join(page.content.decode().split())  # type: ignore[attr-defined]


class TestPayment:
    def test_it_says_what_was_begun(self, as_alice: Client, charge: Charge) -> None:
        page = text_of(as_alice.get(charge.get_absolute_url()))

        assert "€1,059.50" in page
        assert "not paid yet" in page
        assert "Go to the payment page" in page

    def test_coming_back_before_the_news_confirms_and_marks_nothing_paid(
        self, as_alice: Client, charge: Charge
    ) -> None:
        page = text_of(as_alice.get(charge.get_absolute_url() + "?paid=1"))

        assert "confirming your payment" in page
        assert '<meta http-equiv="refresh"' in page
        assert Charge.objects.get().state == "begun"

    def test_the_list_has_it(self, as_alice: Client, charge: Charge) -> None:
        assert "Logo, final files" in text_of(as_alice.get(reverse("payments")))


class TestEarnings:
    def test_it_shows_what_is_pending_and_when(
        self, as_bob: Client, alice: User, bob: User
    ) -> None:
        given.released(client=alice, freelancer=bob)

        assert "€881.00" in text_of(as_bob.get(reverse("earnings")))
