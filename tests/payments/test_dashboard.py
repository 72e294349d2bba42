"""What a payee sees of their account at the provider, and who may open it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from billing_site.people.models import User
from billing_site.platform import clock
from payments.gateways.base import OutcomeUnknown
from payments.gateways.sandbox import faults
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON
from tests.payments.visiting import prove, text_of
from tests.signing_in import session_of

METHODS, DASHBOARD = reverse("payout-methods"), reverse("payout-dashboard")


@pytest.fixture(autouse=True)
def noon() -> Any:
    with clock.pinned(NOON):
        yield


def test_a_second_factor_opens_it_for_some_minutes(
    alice: User, bob: User, as_bob: Client, client: Client
) -> None:
    given.available_earnings(client=alice, freelancer=bob)
    card = given.payout_method(bob, is_card=True, last4="5556")
    closed = given.payout_method(bob, last4="0009", behavior="closes", holder="Bob")
    given.requested_payout(bob, card, EUR("100.00"), speed="instant", at=NOON - 5 * DAY)
    given.requested_payout(bob, closed, EUR("50.00"), at=NOON - 5 * DAY)
    given.settle(at=NOON)
    assert "Open it" in text_of(as_bob.get(METHODS))
    assert "reauthenticate" in as_bob.post(DASHBOARD)["Location"]
    prove(as_bob)

    url = as_bob.post(DASHBOARD)["Location"]
    page = text_of(client.get(url))

    for fact in ("€49.01", "•••• 5556", "Debit card", "closed by its bank", "at once", "€98.00"):
        assert fact in page, page
    with clock.pinned(NOON + timedelta(minutes=5)):
        assert "good for some minutes" in text_of(client.get(url))


def test_without_an_account_or_an_answer_the_page_says_so(
    bob: User, as_bob: Client, alice: User
) -> None:
    assert "Open it" not in text_of(as_bob.get(METHODS))
    as_bob.post(DASHBOARD)
    prove(as_bob)
    refused = as_bob.post(DASHBOARD)
    assert refused.status_code == 422
    assert "You have no account at the provider yet" in text_of(refused)
    assert session_of(alice).post(DASHBOARD).status_code == 403

    given.payout_method(bob)
    as_bob.post(DASHBOARD)
    prove(as_bob)
    with faults.planned("before", "dashboard_page", OutcomeUnknown("No answer.")):
        silent = as_bob.post(DASHBOARD)

    assert silent.status_code == 422
    assert "The provider did not answer" in text_of(silent)
