"""What a withdrawal's page says, and to whom."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from billing_site.people.models import User
from billing_site.platform import clock
from payments.models import Payout, PayoutMethod
from payments.queries.lists import payouts_of
from payments.services import reviewing
from tests import given_payments as given
from tests.factories.people import UserFactory
from tests.given_payments import DAY, EUR, NOON
from tests.payments.books import available
from tests.payments.visiting import text_of
from tests.signing_in import session_of


@pytest.fixture(autouse=True)
def noon() -> Any:
    with clock.pinned(NOON):
        yield


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
