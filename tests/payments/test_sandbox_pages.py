"""The pages of the provider, as the sandbox shows them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from billing_site.people.models import User
from billing_site.platform import clock
from payments.models import Charge, PayoutMethod
from tests import given_payments as given
from tests.given_payments import EUR, NOON
from tests.payments.books import held
from tests.payments.visiting import prove, text_of


@pytest.fixture(autouse=True)
def noon() -> Any:
    with clock.pinned(NOON):
        yield


class TestSandboxPages:
    def test_every_outcome_says_what_it_will_do(self, client: Client, charge: Charge) -> None:
        page = text_of(client.get(charge.page_url))

        assert "Pay €1,059.50" in page
        assert "After 4 days the bank says that it does not pay." in page
        assert "No real money moves." in page

    def test_paying_leads_back_to_us(self, client: Client, charge: Charge) -> None:
        response = client.post(charge.page_url, {"outcome": "4242"})

        assert response["Location"].endswith(f"/payments/{charge.ref}/?paid=1")
        given.settle(at=NOON)
        assert held(f"escrow:{given.escrow_of(charge).ref}") == EUR("1000.00")

    @pytest.mark.parametrize(
        ("data", "said"),
        [
            ({}, "Choose a way to pay."),
            ({"outcome": "4111111111111111"}, "Choose from these."),
            ({"outcome": "0002"}, "Your bank refused the payment."),
            ({"agrees": "yes"}, "There is nothing to confirm here."),
        ],
    )
    def test_refusals_are_said_on_the_page(
        self, client: Client, charge: Charge, data: dict[str, str], said: str
    ) -> None:
        response = client.post(charge.page_url, data)

        assert response.status_code == 422
        assert said in text_of(response)

    def test_a_bank_that_asks(self, client: Client, charge: Charge) -> None:
        asked = client.post(charge.page_url, {"outcome": "3155"})
        assert "Do you want to pay €1,059.50?" in text_of(asked)

        client.post(charge.page_url, {"agrees": "yes"})
        given.settle(at=NOON)

        assert Charge.objects.get().state == "succeeded"

    def test_paying_twice_pays_once(self, client: Client, charge: Charge) -> None:
        client.post(charge.page_url, {"outcome": "4242"})

        again = client.post(charge.page_url, {"outcome": "4242"})

        assert again.status_code == 422
        assert "This was paid before. Nothing was paid now." in text_of(again)

    @pytest.mark.parametrize("name", ["sandbox-checkout", "sandbox-onboarding"])
    def test_made_up_links_lead_nowhere(
        self, client: Client, db: None, name: str, bob: User
    ) -> None:
        assert client.get(reverse(name, args=["cs_sbx_nothing"])).status_code == 404

    def test_naming_a_bank_once_a_link(self, client: Client, as_bob: Client) -> None:
        as_bob.post(reverse("payout-method-new"))
        prove(as_bob)
        url = as_bob.post(reverse("payout-method-new"))["Location"]
        bank = {"bank_name": "Example Bank", "last4": "4471", "behavior": "pays"}

        assert client.post(url, {**bank, "last4": "12"}).status_code == 422
        assert client.post(url, bank)["Location"].endswith(reverse("payout-methods"))
        assert "This link is for one visit" in text_of(client.post(url, bank))

        given.settle(at=NOON)
        assert PayoutMethod.objects.count() == 1
