"""Who is not paid by the provider reads it before anything is asked of them."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from billing_site.people.models import User
from billing_site.platform import clock
from payments.gateways.sandbox import onboarding
from payments.gateways.sandbox.models import SandboxAccount
from payments.models import Payee, Payout, PayoutMethod
from payments.services import restricting
from tests import given_payments as given
from tests.factories.people import UserFactory
from tests.given_payments import DAY, NOON, SOON
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db
PROBLEM = "A copy of your passport is missing."
SAID = f"You cannot be paid at present. {PROBLEM} Add a bank account to go on"


@pytest.fixture
def method(alice: User, bob: User) -> PayoutMethod:
    given.available_earnings(client=alice, freelancer=bob)
    return given.payout_method(bob)


def stop(*, problem: str = PROBLEM) -> None:
    onboarding.restrict(SandboxAccount.objects.get().pk, problem, at=NOON)
    given.settle(at=NOON + SOON)


def read(client: Client, name: str) -> str:
    return client.get(reverse(name)).content.decode()


def test_a_stopped_payee_is_told_beside_their_banks_and_before_the_cost(
    bob: User, method: PayoutMethod, client: Client
) -> None:
    session_of(bob, client)
    assert "The whole cost" in read(client, "payout-new")
    stop()

    banks = read(client, "payout-methods")
    assert SAID in banks
    assert "not paid at present" in banks
    assert ">ready<" not in banks
    withdraw = read(client, "payout-new")
    assert SAID in withdraw
    assert f'<a href="{reverse("payout-methods")}">Bank accounts</a>' in withdraw
    assert "The whole cost" not in withdraw

    stop(problem="")
    assert "The whole cost" in read(client, "payout-new")
    assert "cannot be paid" not in read(client, "payout-methods")


def test_nobody_is_asked_for_a_second_factor_in_vain(bob: User, method: PayoutMethod) -> None:
    stop()
    client = session_of(bob)

    answer = client.post(reverse("payout-new"), {"amount": "100.00", "method": method.ref})

    assert answer.status_code == 422
    assert SAID in answer.content.decode()
    assert not Payout.objects.exists()


def test_what_we_look_at_ourselves_asks_nothing_of_them(
    bob: User, method: PayoutMethod, client: Client
) -> None:
    Payee.objects.update(short_at=NOON - DAY)
    session_of(bob, client)

    said = read(client, "payout-methods")

    assert "lacks what we moved there: we look at it." in said
    assert "to go on" not in said


def test_who_is_restricted_reads_that_and_is_offered_nothing(
    bob: User, method: PayoutMethod
) -> None:
    restricting.restrict_organization(
        given.organization(bob).pk,
        scopes=["payouts"],
        reason="Your address is being checked.",
        review_on=clock.now().date(),
        by=UserFactory.create(is_staff=True, is_superuser=True),
        at=clock.now(),
    )
    client = session_of(bob)

    page = client.get(reverse("payout-new")).content.decode()
    answer = client.post(reverse("payout-new"), {"amount": "100.00", "method": method.ref})

    assert "now: Your address is being checked." in page
    assert "The whole cost" not in page
    assert answer.status_code == 422
    assert not Payout.objects.exists()
