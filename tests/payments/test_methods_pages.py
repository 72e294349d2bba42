"""The pages of ways to pay, and what the sandbox says when it charges them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from billing_site.people.models import User
from billing_site.platform import clock
from payments import gateways
from payments.gateways.base import Declined, InvalidRequest, NeedsAction, OffSessionCharge, Status
from payments.gateways.sandbox.models import SandboxMethod, SandboxPayment
from payments.models import PaymentMethod
from payments.services import methods
from tests import given_payments as given
from tests.given_payments import DAY, NOON
from tests.payments.saved import order
from tests.signing_in import session_of


class TestChargingAtTheSandbox:
    """Each outcome by itself; what follows from it for a charge of ours is in test_collecting."""

    def charged(self, method: PaymentMethod, *, key: str = "k:1", at: Any = NOON) -> Any:
        asked = OffSessionCharge(
            "C0", method.customer, method.method_id, 5_000, "EUR", {"charge": "C0"}
        )
        with clock.pinned(at):
            return gateways.current().charge_saved(asked, key=key)

    def test_paid_at_once(self, alice: User) -> None:
        state = self.charged(given.payment_method(alice))

        assert (state.status, state.method) == (Status.SUCCEEDED, "Visa •••• 4242")

    @pytest.mark.parametrize("code", ["0341", "9995"])
    def test_refused_the_same_way_under_the_same_key(self, alice: User, code: str) -> None:
        method = given.payment_method(alice, code)

        for _ in range(2):
            with pytest.raises(Declined, match="bank"):
                self.charged(method)
        assert SandboxPayment.objects.count() == 1

    def test_the_bank_wants_to_see_the_payer(self, alice: User) -> None:
        method = given.payment_method(alice, "3155")

        with pytest.raises(NeedsAction):
            self.charged(method)
        assert SandboxPayment.objects.get().status == "requires_payment_method"

    def test_an_expired_card_is_refused(self, alice: User) -> None:
        method = given.payment_method(alice, "4444")

        with pytest.raises(Declined, match="expired"):
            self.charged(method, at=NOON + 60 * DAY)

    def test_a_mandate_that_ended_takes_no_other_debit(self, alice: User) -> None:
        method = given.payment_method(alice, "bacs_ended")
        assert self.charged(method).status == Status.PROCESSING

        with clock.pinned(NOON + 4 * DAY):
            from payments.gateways.sandbox.delivery import deliver_due

            deliver_due(at=NOON + 4 * DAY)
        with pytest.raises(InvalidRequest, match="no more debits"):
            self.charged(method, key="k:2", at=NOON + 4 * DAY)

    def test_what_was_let_go_of_is_not_charged(self, alice: User) -> None:
        method = given.payment_method(alice)
        methods.remove(method.pk, by=alice, at=NOON)
        given.settle(at=NOON)

        with pytest.raises(InvalidRequest, match="not there"):
            self.charged(method)
        assert not SandboxPayment.objects.exists()


class TestPages:
    @pytest.fixture(autouse=True)
    def _noon(self) -> Any:
        with clock.pinned(NOON):
            yield

    @pytest.fixture
    def as_alice(self, alice: User) -> Client:
        return session_of(alice)

    def test_it_says_what_comes_first_and_what_the_statement_says(
        self, as_alice: Client, three: list[PaymentMethod]
    ) -> None:
        page = as_alice.get(reverse("methods")).content.decode()

        assert page.index("Visa •••• 4242") < page.index("Mastercard •••• 4444")
        for said in ("Charged first", "Backup 2", "expires soon", "COUNTRSIGN"):
            assert said in page

    def test_from_the_page_to_the_provider_and_back(self, as_alice: Client, alice: User) -> None:
        hosted = as_alice.post(reverse("method-new"))
        answer = as_alice.post(hosted["Location"], {"outcome": "4242"})
        assert answer["Location"].endswith("/methods/?saved=1")
        assert "waiting for the news" in as_alice.get("/methods/?saved=1").content.decode()

        given.settle(at=NOON)

        page = as_alice.get("/methods/?saved=1").content.decode()
        assert "waiting for the news" not in page
        assert order(alice) == ["4242"]

    def test_the_providers_page_takes_no_numbers(self, as_alice: Client) -> None:
        hosted = as_alice.post(reverse("method-new"))

        page = as_alice.get(hosted["Location"]).content.decode()
        refused = as_alice.post(hosted["Location"], {"outcome": "4242424242424242"})

        assert 'type="text"' not in page
        assert 'type="number"' not in page
        assert refused.status_code == 422
        assert not SandboxMethod.objects.exists()

    def test_the_order_is_changed_by_its_buttons(
        self, as_alice: Client, alice: User, three: list[PaymentMethod]
    ) -> None:
        as_alice.post(reverse("method-place", args=[three[2].ref]))
        as_alice.post(reverse("method-primary", args=[three[1].ref]))
        as_alice.post(reverse("method-removal", args=[three[0].ref]))

        assert order(alice) == ["4444", "3000"]

    def test_strangers_find_nothing(
        self, alice: User, bob: User, three: list[PaymentMethod]
    ) -> None:
        other = session_of(given.payer("carol"))

        for name in ("method-place", "method-primary", "method-removal"):
            assert other.post(reverse(name, args=[three[2].ref])).status_code == 404
        assert session_of(bob).get(reverse("methods")).status_code == 403
        assert order(alice) == ["4242", "4444", "3000"]
