"""The page of money that a client sent by itself."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from billing_site.kernel.money import Money
from billing_site.people.models import Organization, User
from billing_site.platform import clock
from billing_site.platform.models import Letter
from payments.gateways.sandbox import wires
from payments.models import BankDetails, BankTransfer, OpenItem
from payments.services import bank_details
from tests import given_payments as given
from tests.given_payments import DAY, NOON, SOON
from tests.payments.visiting import text_of
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


def test_where_the_provider_takes_none_nobody_is_shown_where_to_send_it(alice: User) -> None:
    Organization.objects.update(currency="CHF")
    url, session = reverse("bank-transfers"), session_of(alice)

    with clock.pinned(NOON):
        page = text_of(session.get(url))
        refused = text_of(session.post(url, follow=True))

    assert "The provider takes no bank transfers in CHF" in page
    assert "Show where to send it" not in page
    assert "The provider takes no bank transfers in CHF" in refused
    assert not BankDetails.objects.exists()


def test_a_transfer_for_what_is_owed_in_another_currency_says_that_it_does_not_pay_it(
    alice: User, bob: User, settings: Any
) -> None:
    settings.NAMED_DOCUMENTS = "tests.payments.sent_by_bank.named"
    given.open_item(client=alice, freelancer=bob, price=Money("100.00", "USD"))
    with clock.pinned(NOON - DAY):
        bank_details.learn(given.organization(alice), by=alice, at=NOON - DAY)
    customer = BankDetails.objects.get().customer

    wires.receive(customer, 250_00, "EUR", reference="I1", at=NOON)
    given.settle(at=NOON + SOON)

    letter = Letter.objects.get(about_type="bank_transfer")
    assert "names what is to be paid in USD: that is not paid by it" in " ".join(
        letter.text.split()
    )
    assert OpenItem.objects.get().paid == Money("0.00", "USD")
