"""Why a bank did not take a withdrawal: in our words for each code, and the code for the desk."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client

from billing_site.people.models import User
from payments.gateways import current, payout_problems
from payments.gateways.base import Kind, PayoutState, Status
from payments.models import Payee, Payout
from payments.services import sending
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON


@pytest.mark.django_db
def test_the_freelancer_reads_our_words_and_the_desk_the_code(
    alice: User, bob: User, as_bob: Client
) -> None:
    given.available_earnings(client=alice, freelancer=bob)
    method = given.payout_method(bob, behavior="closes")
    payout = given.requested_payout(bob, method, EUR("100.00"))
    given.settle(at=NOON + 5 * DAY)

    payout.refresh_from_db()
    assert (payout.state, payout.problem_code) == ("failed", "account_closed")
    page = as_bob.get(payout.get_absolute_url()).content.decode()
    assert payout_problems.PROBLEMS["account_closed"] in page
    assert "account_closed" not in page


@pytest.mark.django_db
def test_a_code_that_is_new_to_us_is_kept(alice: User, bob: User) -> None:
    given.available_earnings(client=alice, freelancer=bob)
    payout = given.requested_payout(bob, given.payout_method(bob), EUR("100.00"))
    given.settle(at=NOON + 5 * DAY)
    payout.refresh_from_db()
    shown = current().fetch(Kind.PAYOUT, payout.payout_id, Payee.objects.get().account)
    assert isinstance(shown, PayoutState)
    words = payout_problems.said("new_to_us")

    state = replace(shown, status=Status.FAILED, code="new_to_us", problem=words)
    sending.follow(payout.pk, state, at=NOON + 6 * DAY)

    payout = Payout.objects.get()
    assert (payout.problem_code, payout.problem) == ("new_to_us", payout_problems.UNKNOWN)
