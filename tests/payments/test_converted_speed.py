"""What is converted is not paid at once, and its pages say why; what is there already can be."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from billing_site.people.models import User
from billing_site.platform import clock
from payments.models import Payout
from payments.services import exchange_rates
from tests import given_payments as given
from tests.given_payments import EUR, NOON
from tests.payments.visiting import fields_of, prove, text_of
from tests.signing_in import session_of, with_second_factor

NEW = reverse("payout-new")
EXCHANGED_FIRST = (
    "What is converted is not paid at once: we have to exchange it first."
    " What you have in USD already can be."
)


@pytest.fixture(autouse=True)
def noon() -> Any:
    with clock.pinned(NOON):
        yield


@pytest.mark.parametrize(
    ("is_card", "why"), [(True, EXCHANGED_FIRST), (False, "takes nothing at once.")]
)
def test_both_pages_say_why_and_a_form_that_asks_is_not_faster(
    alice: User, *, is_card: bool, why: str
) -> None:
    bob = given.worker("bob", currency="USD")
    with_second_factor(bob)
    as_bob = session_of(bob)
    given.available_earnings(client=alice, freelancer=bob)
    exchange_rates.fetch_when_due(at=NOON)
    method = given.payout_method(bob, is_card=is_card)
    asked = {"currency": "EUR", "amount": "500.00", "method": method.ref}

    before = as_bob.get(NEW, asked)
    quote = given.quoted(bob, method, EUR("500.00"))
    page = as_bob.get(quote.get_absolute_url())

    for each in (before, page):
        assert why in text_of(each)
        assert 'type="radio"' not in each.content.decode()
    as_bob.post(quote.get_absolute_url(), fields_of(page))
    prove(as_bob)
    as_bob.post(quote.get_absolute_url(), {**fields_of(page), "speed": "instant"})
    assert Payout.objects.get().speed == "standard"
