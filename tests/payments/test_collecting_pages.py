"""What the two sides read of a charge that is made without the client being there."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from billing_site.people.models import User
from billing_site.platform import clock
from payments.models import Charge, ChargeAttempt, OpenItem
from payments.queries.standing import how_far
from payments.services import collecting
from tests import given_payments as given
from tests.given_payments import DAY, NOON, SOON
from tests.payments.visiting import text_of
from tests.signing_in import session_of

LATER = NOON + 2 * SOON


@pytest.fixture(autouse=True)
def later() -> Any:
    with clock.pinned(LATER):
        yield


@pytest.fixture
def item(alice: User, bob: User) -> OpenItem:
    given.payment_method(alice, "0341")
    item = given.open_item(client=alice, freelancer=bob)
    collecting.collect_owed(item.pk, at=NOON)
    given.settle(at=NOON + SOON)
    return item


@pytest.fixture
def charge(item: OpenItem) -> Charge:
    return Charge.objects.get()


def test_the_client_reads_what_was_tried_and_what_comes_next(
    as_alice: Client, charge: Charge
) -> None:
    page = text_of(as_alice.get(charge.get_absolute_url()))

    for said in (
        "Nothing that you have saved has paid it. We try again by ourselves, or you pay it now.",
        "3 Mar 2026, 12:00",
        "Visa •••• 0341: refused",
        "Your bank refused the payment.",
        "Pay it on a page",
        "Try my ways to pay again",
    ):
        assert said in page


def test_it_leads_to_a_page_where_it_is_paid(as_alice: Client, charge: Charge) -> None:
    led_to = as_alice.post(reverse("payment-page", args=[charge.ref]))["Location"]

    assert "/sandbox/checkout/" in led_to
    assert as_alice.post(led_to, {"outcome": "4242"})["Location"].endswith("?paid=1")
    given.settle(at=LATER + SOON)
    assert Charge.objects.get().state == "succeeded"


def test_what_is_saved_is_tried_when_they_ask(
    as_alice: Client, alice: User, charge: Charge
) -> None:
    given.payment_method(alice, "4242", at=NOON + SOON)

    as_alice.post(reverse("payment-attempt", args=[charge.ref]))
    again = as_alice.post(reverse("payment-attempt", args=[charge.ref]), follow=True)

    assert "is being charged for it. Nothing else was charged." in text_of(again)
    given.settle(at=LATER)
    given.settle(at=LATER + SOON)
    assert Charge.objects.get().state == "succeeded"
    assert ChargeAttempt.objects.filter(outcome="paid").count() == 1


def test_nobody_opens_a_page_while_it_is_being_charged(
    as_alice: Client, alice: User, charge: Charge
) -> None:
    given.payment_method(alice, "sepa", at=NOON + SOON)
    collecting.try_again(charge.pk, at=LATER, by=alice)
    given.settle(at=LATER)

    answer = as_alice.post(reverse("payment-page", args=[charge.ref]), follow=True)

    assert "is being charged for it" in text_of(answer)
    assert "Pay it on a page" not in text_of(as_alice.get(charge.get_absolute_url()))


def test_one_that_is_paid_on_its_own_page_is_not_tried(
    as_alice: Client, alice: User, bob: User
) -> None:
    begun = given.begun_charge(client=alice, freelancer=bob, at=LATER)

    answer = as_alice.post(reverse("payment-attempt", args=[begun.ref]), follow=True)

    assert "paid on its own page. Nothing was charged." in text_of(answer)
    assert not ChargeAttempt.objects.exists()


def test_strangers_and_the_other_side_find_nothing(charge: Charge, bob: User) -> None:
    for somebody in (given.payer("carol"), bob):
        browser = session_of(somebody)
        assert browser.post(reverse("payment-attempt", args=[charge.ref])).status_code == 404
    assert ChargeAttempt.objects.count() == 1


def test_both_sides_are_told_how_far_we_are(item: OpenItem) -> None:
    assert how_far(item, for_client=False) == (
        "The client's payment is late. We try again, and have asked them to pay."
    )
    assert "Visa" not in how_far(item, for_client=False)
    assert how_far(item, for_client=True).startswith("Nothing that you have saved has paid it.")
    assert how_far(None, for_client=True) == ""


def test_after_the_last_round_it_waits_for_them(as_alice: Client, charge: Charge) -> None:
    for days in (1, 3, 5, 7):
        at = NOON + days * DAY
        with clock.pinned(at):
            collecting.try_due(at=at)
        given.settle(at=at + SOON)

    page = text_of(as_alice.get(charge.get_absolute_url()))

    assert "We do not try again by ourselves: please pay it now." in page
    assert "waits for you" in page
