"""When a refund is seen is what the provider publishes for the way it was paid."""

from __future__ import annotations

import pytest
from django.urls import reverse

from billing_site.kernel.transitions import SYSTEM
from billing_site.people.models import User
from billing_site.platform.models import Letter
from invoices.models import RefundRequest
from invoices.services import refund_requests
from payments.models import Charge
from payments.refund_times import BY_WAY, GENERAL, all_seen_after, seen_after
from payments.services import escrow
from tests import given, given_payments
from tests.given_payments import DAY, NOON
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db
THE_END = SYSTEM("the contract ended")


@pytest.mark.parametrize(
    ("way", "words"),
    [
        ("card", "5 to 10 business days"),
        ("sepa_debit", "5 to 10 business days"),
        ("us_bank_account", "after three business days"),
        ("customer_balance", "asks for it by mail first, and waits 45 days"),
        ("", "5 to 10 business days"),
    ],
)
def test_each_way_has_its_words(way: str, words: str) -> None:
    assert words in seen_after(way)


def test_several_ways_are_said_once_each() -> None:
    assert all_seen_after(["card", "sepa_debit"]) == [GENERAL]
    assert len(all_seen_after(["card", "us_bank_account", "us_bank_account"])) == 2


def test_the_pages_of_a_payment_and_of_credit_say_it(alice: User, bob: User) -> None:
    charge = given_payments.paid(given_payments.begun_charge(client=alice, freelancer=bob))
    held = given_payments.escrow_of(charge)
    escrow.refund(held.pk, reason="The work ended.", by=THE_END, at=NOON + DAY)
    for way, words in (("card", GENERAL), ("us_bank_account", BY_WAY["us_bank_account"])):
        Charge.objects.update(way=way)
        page = session_of(alice).get(charge.get_absolute_url()).content.decode()
        assert f"The work ended. · {words}" in page
    given_payments.paid(given_payments.begun_charge(client=alice, freelancer=bob))
    page = session_of(alice).get(reverse("credit-return", args=["EUR"])).content.decode()
    assert f"{GENERAL[0].upper()}{GENERAL[1:]}." in page


def test_the_letter_to_both_sides_says_it(alice: User, bob: User) -> None:
    request = given.refund_request(client=alice, freelancer=bob)
    refund_requests.grant(request.pk, by=bob, at=given.NOON + DAY)
    assert RefundRequest.objects.get().state == "granted"
    letters = Letter.objects.filter(subject__contains="goes back to")
    assert letters.count() == 2
    assert all(GENERAL in letter.text for letter in letters)
