"""The page of money that a client sent by itself."""

from __future__ import annotations

import pytest

from billing_site.people.models import User
from billing_site.platform import clock
from payments.gateways.sandbox import wires
from payments.models import BankDetails, BankTransfer
from payments.services import bank_details
from tests import given_payments as given
from tests.given_payments import DAY, NOON, SOON
from tests.payments.test_pages import text_of
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db


def test_what_was_sent_by_itself_is_said_to_be_credit(alice: User) -> None:
    with clock.pinned(NOON - DAY):
        bank_details.learn(given.organization(alice), by=alice, at=NOON - DAY)
    customer = BankDetails.objects.get().customer
    wires.receive(customer, 250_00, "EUR", reference="thanks", at=NOON)
    given.settle(at=NOON + SOON)

    with clock.pinned(NOON + SOON):
        response = session_of(alice).get(BankTransfer.objects.get().charge.get_absolute_url())

    assert response.status_code == 200
    assert "your credit" in text_of(response)
    assert "€250.00" in text_of(response)
