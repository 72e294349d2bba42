from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from billing_site.people.models import User
from billing_site.platform import clock
from payments.models import Charge, PayoutMethod
from payments.queries.earnings import earnings_page
from payments.queries.lists import payments_of
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON
from tests.payments.visiting import text_of


@pytest.fixture(autouse=True)
def noon() -> Any:
    with clock.pinned(NOON):
        yield


class TestPayment:
    def test_it_says_what_was_begun(self, as_alice: Client, charge: Charge) -> None:
        page = text_of(as_alice.get(charge.get_absolute_url()))

        assert "€1,059.50" in page
        assert "not paid yet" in page
        assert "Go to the payment page" in page

    def test_coming_back_before_the_news_marks_nothing_paid(
        self, as_alice: Client, charge: Charge
    ) -> None:
        page = text_of(as_alice.get(charge.get_absolute_url() + "?paid=1"))

        assert "confirming your payment" in page
        assert '<meta http-equiv="refresh"' in page
        assert Charge.objects.get().state == "begun"

    def test_after_the_news_it_says_that_it_is_held(self, as_alice: Client, charge: Charge) -> None:
        given.paid(charge)

        page = text_of(as_alice.get(charge.get_absolute_url() + "?paid=1"))

        assert "The money is held until you approve the work." in page
        assert "http-equiv" not in page

    def test_a_failure_says_that_nothing_is_held(self, as_alice: Client, charge: Charge) -> None:
        given.paid(charge, "debit_returned")
        given.settle(at=NOON + 4 * DAY)

        page = text_of(as_alice.get(charge.get_absolute_url()))

        assert "there is not enough money in the account" in page
        assert "No money is held for this payment." in page

    def test_it_leads_to_the_page_where_it_is_paid(self, as_alice: Client, charge: Charge) -> None:
        response = as_alice.post(reverse("payment-page", args=[charge.ref]))

        assert response["Location"] == charge.page_url

    def test_what_is_paid_leads_nowhere(self, as_alice: Client, charge: Charge) -> None:
        given.paid(charge)

        response = as_alice.post(reverse("payment-page", args=[charge.ref]))

        assert response["Location"] == charge.get_absolute_url()

    def test_it_does_not_exist_for_others(
        self, as_bob: Client, as_charlie: Client, charge: Charge
    ) -> None:
        for client in (as_bob, as_charlie):
            assert client.get(charge.get_absolute_url()).status_code == 404
            assert client.post(reverse("payment-page", args=[charge.ref])).status_code == 404

    @pytest.mark.parametrize("count", [1, 3])
    def test_the_list_asks_the_same_whatever_its_length(
        self,
        as_alice: Client,
        alice: User,
        bob: User,
        count: int,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        for _ in range(count):
            given.begun_charge(client=alice, freelancer=bob)

        alices = given.organization(alice)
        with django_assert_num_queries(3):
            page = list(payments_of(alices, None))

        assert len(page) == count
        assert text_of(as_alice.get(reverse("payments"))).count("Logo, final files") == count


class TestEarnings:
    def test_each_stage_has_its_sum(
        self, as_bob: Client, alice: User, bob: User, method: PayoutMethod
    ) -> None:
        given.held_escrow(client=alice, freelancer=bob, price=EUR("200.00"))
        given.released(client=alice, freelancer=bob, price=EUR("100.00"))

        page = text_of(as_bob.get(reverse("earnings")))

        for sum_ in ("€176.20", "€88.10", "€881.00"):  # held, pending, available
            assert sum_ in re.sub(r"</?(small|span)[^>]*>", "", page)
        assert "next on Sat 7 Mar" in page

    def test_it_is_not_a_clients_page(self, as_alice: Client) -> None:
        assert as_alice.get(reverse("earnings")).status_code == 403

    @pytest.mark.parametrize("count", [1, 3])
    def test_it_asks_the_same_whatever_there_is(
        self,
        as_bob: Client,
        alice: User,
        bob: User,
        count: int,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        for _ in range(count):
            given.held_escrow(client=alice, freelancer=bob)
            given.released(client=alice, freelancer=bob)

        bobs = given.organization(bob)
        with django_assert_num_queries(9):
            page = earnings_page(bobs, at=NOON)

        assert (len(page.held), len(page.pending)) == (count, count)
