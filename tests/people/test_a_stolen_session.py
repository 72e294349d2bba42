"""A thief has a signed-in session and the password, and not the phone. No payout leaves."""

from __future__ import annotations

import time
from collections.abc import Iterator
from uuid import uuid4

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from billing_site.people.models import User
from billing_site.platform import clock
from payments.models import Payout, PayoutMethod
from payments.queries.new_payout import new_payout
from tests import given_payments as given
from tests.given_payments import EUR, NOON
from tests.people.signing_in import code, enroll, sign_in

pytestmark = pytest.mark.django_db

PAGE = "/payouts/new/"
PROOF = "/accounts/2fa/reauthenticate/"
PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def _at_noon() -> Iterator[None]:
    cache.clear()
    with clock.pinned(NOON):
        yield


@pytest.fixture
def bob(db: None) -> User:
    bob = given.worker("bob")
    bob.set_password(PASSWORD)
    bob.save()
    given.available_earnings(client=given.payer("alice"), freelancer=bob)
    enroll(bob)
    return bob


@pytest.fixture
def bank(bob: User) -> PayoutMethod:
    return given.payout_method(bob)


@pytest.fixture
def browser(client: Client, bob: User) -> Client:
    sign_in(client, bob, "password")
    return client


def consent(bank: PayoutMethod, amount: str) -> dict[str, str]:
    seen = new_payout(bank.organization, bank.ref, amount, at=NOON).seen
    return {
        "amount": amount,
        "speed": "standard",
        "method": bank.ref,
        "op_id": str(uuid4()),
        **seen,
    }


def ask(browser: Client, words: dict[str, str]) -> str:
    response = browser.post(PAGE, words)
    assert response.status_code == 302, response.content.decode()
    return str(response.url)  # type: ignore[attr-defined]


def test_with_the_code_it_is_carried_out_once(browser: Client, bank: PayoutMethod) -> None:
    words = consent(bank, "100.00")
    assert ask(browser, words) == f"{PROOF}?next=%2Fpayouts%2Fnew%2F"
    assert not Payout.objects.exists()

    browser.post(f"{PROOF}?next={PAGE}", {"code": code(), "next": PAGE})
    again = ask(browser, words)

    payout = Payout.objects.get()
    assert payout.amount == EUR("100.00")
    assert again == payout.get_absolute_url()


def test_the_password_is_not_enough(browser: Client, bank: PayoutMethod) -> None:
    words = consent(bank, "100.00")
    ask(browser, words)

    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})

    assert ask(browser, words).startswith(PROOF)
    assert not Payout.objects.exists()


def test_a_proof_for_one_sum_pays_no_other(browser: Client, bank: PayoutMethod) -> None:
    ask(browser, consent(bank, "100.00"))
    browser.post(PROOF, {"code": code()})  # Proven, and not sent back to the form.

    assert ask(browser, consent(bank, "100.01")).startswith(PROOF)
    assert not Payout.objects.exists()


def test_a_proof_for_one_bank_pays_no_other(browser: Client, bob: User, bank: PayoutMethod) -> None:
    thiefs = given.payout_method(bob, last4="6666")
    ask(browser, consent(bank, "100.00"))
    browser.post(PROOF, {"code": code()})

    assert ask(browser, consent(thiefs, "100.00")).startswith(PROOF)
    assert not Payout.objects.exists()


@pytest.mark.parametrize(("seconds", "payouts"), [(299, 1), (301, 0)])
def test_a_proof_is_good_for_five_minutes(
    client: Client, bob: User, bank: PayoutMethod, seconds: int, payouts: int
) -> None:
    with time_machine.travel(1_900_000_000, tick=False) as wall:
        sign_in(client, bob, "password")
        words = consent(bank, "100.00")
        ask(client, words)
        client.post(PROOF, {"code": code(at=time.time())})
        wall.shift(seconds)

        ask(client, words)

    assert Payout.objects.count() == payouts


def test_a_proof_is_used_up(browser: Client, bank: PayoutMethod) -> None:
    ask(browser, consent(bank, "100.00"))
    browser.post(PROOF, {"code": code()})
    ask(browser, consent(bank, "100.00"))
    assert Payout.objects.count() == 1

    assert ask(browser, consent(bank, "100.00")).startswith(PROOF)
    assert Payout.objects.count() == 1
