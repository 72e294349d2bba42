"""Earnings are withdrawn by a page, to a bank that was named by another."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from billing_site.people.models import User
from billing_site.platform import clock
from payments.models import Payout, PayoutMethod
from tests import given_payments as given
from tests.given_payments import EUR, NOON
from tests.payments.books import available
from tests.payments.visiting import fields_of, prove, text_of
from tests.signing_in import session_of


@pytest.fixture(autouse=True)
def noon() -> Any:
    with clock.pinned(NOON):
        yield


class TestWithdrawing:
    url = "/payouts/new/"

    def agree(self, client: Client, **changes: str) -> HttpResponse:
        """Press the button of the page, with the code that it asks for on the way."""
        sent = {**fields_of(client.get(self.url, changes)), **changes}
        asked = client.post(self.url, sent)
        if asked.status_code != 302 or "reauthenticate" not in asked["Location"]:
            return asked  # type: ignore[return-value] # the test client's answer
        prove(client)
        return client.post(self.url, sent)  # type: ignore[return-value] # likewise

    def test_the_whole_cost_stands_there_first(self, as_bob: Client, method: PayoutMethod) -> None:
        page = text_of(as_bob.get(self.url, {"amount": "100"}))

        for fact in ("€100.00", "−€0.99", "€99.01", "Wed 4 Mar", "Withdraw €100.00"):
            assert fact in page

    def test_without_a_sum_it_is_about_all_of_it(
        self, as_bob: Client, method: PayoutMethod
    ) -> None:
        assert "Withdraw €881.00" in text_of(as_bob.get(self.url))

    def test_it_asks_for_the_second_factor_and_then_withdraws(
        self, as_bob: Client, bob: User, method: PayoutMethod
    ) -> None:
        sent = fields_of(as_bob.get(self.url, {"amount": "100"}))

        asked = as_bob.post(self.url, sent)
        assert asked["Location"].startswith(reverse("mfa_reauthenticate"))
        assert not Payout.objects.exists()

        prove(as_bob)
        done = as_bob.post(self.url, sent)
        payout = Payout.objects.get()
        assert done["Location"] == payout.get_absolute_url()
        assert (payout.amount, available(bob)) == (EUR("100.00"), EUR("781.00"))

    def test_pressing_twice_withdraws_once(
        self, as_bob: Client, bob: User, method: PayoutMethod
    ) -> None:
        sent = fields_of(as_bob.get(self.url, {"amount": "100"}))
        as_bob.post(self.url, sent)
        prove(as_bob)

        answers = [as_bob.post(self.url, sent)["Location"] for _ in range(3)]

        assert len(set(answers)) == 1
        assert Payout.objects.count() == 1
        assert available(bob) == EUR("781.00")

    def test_the_proof_is_for_this_sum_only(self, as_bob: Client, method: PayoutMethod) -> None:
        sent = fields_of(as_bob.get(self.url, {"amount": "100"}))
        as_bob.post(self.url, sent)
        prove(as_bob)

        other = as_bob.post(self.url, {**sent, "amount": "800"})

        assert other["Location"].startswith(reverse("mfa_reauthenticate"))
        assert not Payout.objects.exists()

    @pytest.mark.parametrize("field", ["fee", "arrives_on"])
    def test_it_asks_again_when_what_was_seen_has_changed(
        self, as_bob: Client, method: PayoutMethod, field: str
    ) -> None:
        sent = fields_of(as_bob.get(self.url, {"amount": "100"}))

        response = as_bob.post(self.url, {**sent, field: "something else"})

        assert response.status_code == 422
        assert "Something changed since you opened this page" in text_of(response)
        assert not Payout.objects.exists()

    @pytest.mark.parametrize(
        "amount",
        [
            "-5",
            "0",
            "0.00",
            "0.001",
            "1e3",
            "NaN",
            "Infinity",
            "1,000.00",
            "１０",
            "+5",
            "0x10",
            " ",
            "5 EUR",
            "9999999999",
            "881.01",
            "0.99",
            "1'000",
            "５.00",
            "\x00",
            "1\xa0000",
        ],
    )
    def test_sums_that_are_none(
        self, as_bob: Client, bob: User, method: PayoutMethod, amount: str
    ) -> None:
        sent = fields_of(as_bob.get(self.url, {"amount": "100"}))

        assert as_bob.get(self.url, {"amount": amount}).status_code in {200, 400, 422}
        response = as_bob.post(self.url, {**sent, "amount": amount})

        assert response.status_code == 422
        assert not Payout.objects.exists()
        assert available(bob) == EUR("881.00")

    def test_somebody_elses_bank_is_not_among_the_choices(
        self, as_charlie: Client, charlie: User, method: PayoutMethod
    ) -> None:
        given.payout_method(charlie, last4="6666")

        response = as_charlie.post(self.url, {"method": method.ref, "amount": "5"})

        assert response.status_code == 422
        assert not Payout.objects.exists()

    def test_without_a_second_factor_one_is_set_up_first(
        self, bob: User, method: PayoutMethod
    ) -> None:
        client = session_of(bob)

        response = client.post(self.url, fields_of(client.get(self.url)))

        assert response["Location"] == reverse("mfa_activate_totp")
        assert not Payout.objects.exists()


class TestMethods:
    def test_they_are_shown_by_their_last_digits(
        self, as_bob: Client, method: PayoutMethod
    ) -> None:
        assert "Example Bank •••• 4471" in text_of(as_bob.get(reverse("payout-methods")))

    def test_adding_asks_for_the_second_factor_then_leads_to_the_provider(
        self, as_bob: Client
    ) -> None:
        url = reverse("payout-method-new")
        assert as_bob.post(url)["Location"].startswith(reverse("mfa_reauthenticate"))
        prove(as_bob)

        assert "/sandbox/onboarding/" in as_bob.post(url)["Location"]

    def test_removing_asks_for_it_too(self, as_bob: Client, method: PayoutMethod) -> None:
        url = reverse("payout-method-removal", args=[method.ref])
        assert as_bob.post(url)["Location"].startswith(reverse("mfa_reauthenticate"))
        assert PayoutMethod.objects.get().removed_at is None
        prove(as_bob)

        as_bob.post(url)

        assert PayoutMethod.objects.get().removed_at == NOON
