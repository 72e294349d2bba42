"""The sandbox's pages let whatever happens at a provider be chosen by whoever tries it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from billing_site.people.models import User
from billing_site.platform import clock
from payments.models import Charge, Escrow, Payee, Payout
from payments.services import outbox
from tests import given_payments as given
from tests.given_payments import DAY, NOON, SOON

pytestmark = pytest.mark.django_db
FORM = {"bank_name": "Example Bank", "last4": "4471", "behavior": "pays", "holder": ""}


def onboarded(bob: User, details: str, *, at: Any = NOON) -> Payee:
    with clock.pinned(at):
        page = outbox.open_onboarding(given.organization(bob), by=bob, at=at)
        assert page
        assert Client().post(page.url, {**FORM, "details": details}).status_code == 302
    given.settle(at=at + SOON)
    return Payee.objects.get()


@pytest.mark.scenario(11)
def test_details_are_complete_wanted_or_rejected(bob: User) -> None:
    for number, (details, problem) in enumerate(
        [
            ("more", "Details are missing before you can be paid."),
            ("complete", ""),
            ("rejected", "The payment provider does not accept this account. Please ask us."),
        ]
    ):
        payee = onboarded(bob, details, at=NOON + number * DAY)
        assert (payee.is_ready, payee.problem) == (not problem, problem)
    assert not Payout.objects.exists()


@pytest.mark.scenario(4, 6, 16)
@pytest.mark.parametrize(
    ("code", "days", "state", "problem"),
    [
        ("link", 0, "succeeded", ""),
        ("wallet", 0, "succeeded", ""),
        ("bacs", 3, "succeeded", ""),
        ("0069", 0, "begun", "Your card has expired."),
        ("0119", 0, "begun", "Something went wrong at your bank."),
    ],
)
def test_a_page_is_paid_by_whatever_is_chosen(
    alice: User, bob: User, *, code: str, days: int, state: str, problem: str
) -> None:
    charge = given.begun_charge(client=alice, freelancer=bob)
    with clock.pinned(NOON):
        Client().post(charge.page_url, {"outcome": code})
    if days:
        given.settle(at=NOON + days * DAY - timedelta(seconds=1))
        assert Charge.objects.get().state == "processing"
        assert Escrow.objects.get().state == "expected"
    given.settle(at=NOON + days * DAY + SOON)

    found = Charge.objects.get()
    assert found.state == state
    assert found.problem.startswith(problem)
    assert Escrow.objects.get().state == ("held" if state == "succeeded" else "expected")
