"""A bank in a currency that we do not pay in is none of theirs: told once, and no page breaks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import Letter
from payments.gateways import current
from payments.gateways.base import Kind, PayeeState
from payments.models import Payee, PayoutMethod
from payments.services import payees
from tests import given_payments as given
from tests.given_payments import NOON

pytestmark = pytest.mark.django_db
PAGES = ("payout-methods", "payout-new", "payout-schedule", "earnings")


@pytest.mark.parametrize("currency", ["PLN", ""])
def test_it_is_not_taken_and_told_once(bob: User, as_bob: Client, currency: str) -> None:
    given.payout_method(bob)
    payee = Payee.objects.get()
    state = current().fetch(Kind.PAYEE, payee.account)
    assert isinstance(state, PayeeState)
    other = replace(state.banks[0], destination="ba_2", last4="0815", currency=currency)

    for _ in range(2):
        payees.follow(payee.pk, replace(state, banks=(*state.banks, other)), at=NOON)

    assert PayoutMethod.objects.get().last4 == "4471"
    [letter] = Letter.objects.filter(key__contains="/currency/ba_2")
    assert f"It is in {currency or 'a currency that the provider does not name'}" in letter.text
    with clock.pinned(NOON):
        for name in PAGES:
            assert as_bob.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("facts", [{"destination": "ba_2"}, {}], ids=["first", "saved earlier"])
def test_an_only_bank_in_another_currency_leaves_pages_as_they_were(
    bob: User, as_bob: Client, facts: dict[str, Any]
) -> None:
    given.payout_method(bob)
    payee = Payee.objects.get()
    state = current().fetch(Kind.PAYEE, payee.account)
    assert isinstance(state, PayeeState)
    only = replace(state.banks[0], currency="PLN", **facts)

    payees.follow(payee.pk, replace(state, banks=(only,)), at=NOON)

    assert not PayoutMethod.objects.present().exists()
    with clock.pinned(NOON):
        for name in PAGES:
            assert as_bob.get(reverse(name)).status_code == 200
