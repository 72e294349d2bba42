"""Both speeds of a withdrawal on its pages: what each costs stands there before anybody agrees."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from billing_site.people.models import User
from billing_site.platform import clock
from payments.models import Payout, PayoutMethod
from tests import given_payments as given
from tests.given_payments import EUR, NOON
from tests.payments.books import available
from tests.payments.visiting import fields_of, prove, text_of

NEW = reverse("payout-new")


@pytest.fixture(autouse=True)
def noon() -> Any:
    with clock.pinned(NOON):
        yield


def test_both_stand_side_by_side(as_bob: Client, card: PayoutMethod) -> None:
    page = text_of(as_bob.get(NEW, {"amount": "500"}))

    for fact in ("−€0.99", "€499.01", "Wed 4 Mar", "−€5.00", "€495.00", "within 30 minutes"):
        assert fact in page
    assert "the same €495.00 arrives" in page


def test_a_bank_that_takes_nothing_at_once_says_so(
    as_bob: Client, bob: User, card: PayoutMethod
) -> None:
    bank = given.payout_method(bob)

    page = as_bob.get(NEW, {"amount": "500", "method": bank.ref})

    assert "takes nothing at once" in text_of(page)
    assert 'type="radio"' not in page.content.decode()
    refused = as_bob.post(NEW, {**fields_of(page), "speed": "instant"})
    assert refused.status_code == 422
    assert not Payout.objects.exists()


def test_what_is_chosen_is_proven_for_and_sent_at_once(
    as_bob: Client, bob: User, card: PayoutMethod
) -> None:
    sent = {**fields_of(as_bob.get(NEW, {"amount": "500"})), "speed": "standard"}
    assert "reauthenticate" in as_bob.post(NEW, sent)["Location"]
    prove(as_bob)
    sent["speed"] = "instant"
    assert "reauthenticate" in as_bob.post(NEW, sent)["Location"]  # a proof is for what was seen
    prove(as_bob)

    done = as_bob.post(NEW, sent)
    given.settle(at=NOON)

    payout = Payout.objects.get()
    assert done["Location"] == payout.get_absolute_url()
    assert (payout.speed, available(bob)) == ("instant", EUR("381.00"))
    page = text_of(as_bob.get(payout.get_absolute_url()))
    assert "within 30 minutes. Nobody can stop it any more." in page
    assert "Our fee, to be paid at once" in page


def test_another_fee_than_was_seen_is_asked_about_again(
    as_bob: Client, card: PayoutMethod, settings: Any
) -> None:
    sent = {**fields_of(as_bob.get(NEW, {"amount": "500"})), "speed": "instant"}
    settings.INSTANT_FEE_BPS = 200

    response = as_bob.post(NEW, sent)

    assert response.status_code == 422
    assert "Something changed since you opened this page" in text_of(response)
    assert not Payout.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_a_choice_costs_no_more_queries(
    as_bob: Client,
    bob: User,
    card: PayoutMethod,
    count: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(1, count):
        given.requested_payout(bob, card, EUR("10.00"), speed=Payout.Speed.INSTANT)
        given.payout_method(bob, last4=f"000{number}")

    with django_assert_max_num_queries(22):
        as_bob.get(NEW, {"amount": "500", "method": card.ref})
