from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from billing_site.people.models import User
from billing_site.platform import clock
from payments.models import Charge, Payout, PayoutMethod
from payments.queries.earnings import earnings_page
from payments.queries.lists import payments_of, payouts_of
from payments.services import reviewing
from tests import given_payments as given
from tests.factories.people import UserFactory
from tests.given_payments import DAY, EUR, NOON
from tests.payments.books import available, held
from tests.signing_in import session_of, with_second_factor


@pytest.fixture(autouse=True)
def noon() -> Any:
    with clock.pinned(NOON):
        yield


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


@pytest.fixture
def as_charlie(charlie: User) -> Client:
    with_second_factor(charlie)
    return session_of(charlie)


@pytest.fixture
def method(alice: User, bob: User) -> PayoutMethod:
    """Bob has €881.00 available, and a bank that pays."""
    given.available_earnings(client=alice, freelancer=bob)
    return given.payout_method(bob)


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def fields_of(response: Any) -> dict[str, str]:
    """The hidden fields of the page's consent, as a browser would send them."""
    inputs = re.findall(r"<input[^>]*>", response.content.decode())
    found = {}
    for each in inputs:
        if 'type="hidden"' in each and (name := re.search(r'name="([^"]+)"', each)):
            value = re.search(r'value="([^"]*)"', each)
            found[name[1]] = value[1] if value else ""
    return found


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
        with django_assert_num_queries(11):
            page = earnings_page(bobs, at=NOON)

        assert (len(page.held), len(page.pending)) == (count, count)


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


def prove(client: Client) -> None:
    """Give the code, as the page between would."""
    import time

    session = client.session
    records = [*session["account_authentication_methods"]]
    session["account_authentication_methods"] = [
        *records,
        {"method": "mfa", "at": time.time(), "type": "totp", "reauthenticated": True},
    ]
    session.save()


class TestPayout:
    @pytest.fixture
    def payout(self, bob: User, method: PayoutMethod) -> Payout:
        return given.requested_payout(bob, method, EUR("100.00"))

    def test_it_says_until_when_it_can_be_cancelled(self, as_bob: Client, payout: Payout) -> None:
        page = text_of(as_bob.get(payout.get_absolute_url()))

        assert "€99.01 to Example Bank •••• 4471" in page
        assert "Cancel this withdrawal" in page

    def test_cancelling_it_puts_it_back(self, as_bob: Client, bob: User, payout: Payout) -> None:
        response = as_bob.post(reverse("payout-cancellation", args=[payout.ref]))

        assert response["Location"] == payout.get_absolute_url()
        assert available(bob) == EUR("881.00")
        assert "Cancel this" not in text_of(as_bob.get(payout.get_absolute_url()))

    def test_a_failure_says_why_and_where_the_money_is(
        self, as_bob: Client, bob: User, method: PayoutMethod
    ) -> None:
        closed = given.payout_method(bob, behavior="closes", last4="0009")
        payout = given.requested_payout(bob, closed, EUR("100.00"))
        given.settle(at=NOON + timedelta(hours=1))
        given.settle(at=NOON + 3 * DAY)

        page = text_of(as_bob.get(payout.get_absolute_url()))

        assert "The bank account has been closed. €100.00 is back in your balance." in page

    def test_what_came_back_can_be_withdrawn_again(
        self, as_bob: Client, bob: User, method: PayoutMethod
    ) -> None:
        returning = given.payout_method(bob, behavior="returns", last4="0010")
        payout = given.requested_payout(bob, returning, EUR("100.00"))
        given.settle(at=NOON + 7 * DAY)

        page = as_bob.get(payout.get_absolute_url())

        assert "failed, money is back" in text_of(page)
        assert f"{reverse('payout-new')}?amount=100.00" in page.content.decode()
        again = text_of(as_bob.get(f"{reverse('payout-new')}?amount=100.00"))
        assert "Withdraw €100.00" in again

    def test_what_is_held_says_why_and_until_when(self, as_bob: Client, payout: Payout) -> None:
        finn = UserFactory.create(is_staff=True, roles=["finance"])
        on = (NOON + 2 * DAY).date()
        reviewing.hold(payout.pk, reason="A name differs.", review_on=on, by=finn, at=NOON)

        page = text_of(as_bob.get(payout.get_absolute_url()))

        assert "A name differs. We decide by" in page
        assert "Cancel this withdrawal" in page

    def test_it_does_not_exist_for_others(
        self, as_alice: Client, as_charlie: Client, payout: Payout
    ) -> None:
        for client in (as_alice, as_charlie):
            assert client.get(payout.get_absolute_url()).status_code == 404
            url = reverse("payout-cancellation", args=[payout.ref])
            assert client.post(url).status_code == 404
        assert Payout.objects.get().state == "requested"

    @pytest.mark.parametrize("count", [1, 3])
    def test_the_list_asks_the_same_whatever_its_length(
        self,
        as_bob: Client,
        bob: User,
        method: PayoutMethod,
        count: int,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        for _ in range(count):
            given.requested_payout(bob, method, EUR("10.00"))

        bobs = given.organization(bob)
        with django_assert_num_queries(2):
            page = list(payouts_of(bobs, None))

        assert len(page) == count
        assert text_of(as_bob.get(reverse("payouts"))).count("€9.01") == count


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


def test_a_role_that_may_not_withdraw_sees_and_cannot(
    bob: User, method: PayoutMethod, make_viewer: Callable[[User], User]
) -> None:
    payout = given.requested_payout(bob, method, EUR("100.00"))
    viewer = session_of(make_viewer(bob))

    assert viewer.get(payout.get_absolute_url()).status_code == 200
    assert viewer.get("/payouts/new/").status_code == 403
    assert viewer.post(reverse("payout-cancellation", args=[payout.ref])).status_code == 403
    assert Payout.objects.get().state == "requested"


@pytest.fixture
def make_viewer() -> Callable[[User], User]:
    from tests.factories.people import MembershipFactory, UserFactory

    def make(of: User) -> User:
        user = UserFactory.create(name="Vera", email="vera@example.org")
        MembershipFactory.create(organization=given.organization(of), user=user, role="viewer")
        return user

    return make


def test_withdrawals_are_not_named_by_their_row(bob: User, method: PayoutMethod) -> None:
    payout = given.requested_payout(bob, method, EUR("100.00"))

    assert re.fullmatch(r"/payouts/[0-9A-Z]{12}/", payout.get_absolute_url())
