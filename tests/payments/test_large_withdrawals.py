"""A large withdrawal: that we look first stands in its cost, and whoever looks is told."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import Notice
from payments.cadence import Rhythm
from payments.models import Payout
from payments.queries.payout_cost import cost_of
from payments.services import reviewing, schedules
from tests import given_payments as given
from tests.factories.people import UserFactory
from tests.given_payments import DAY, EUR, NOON
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def large(settings: object) -> None:
    settings.PAYOUT_REVIEW_FROM_MINOR = {"EUR": 500_00}  # type: ignore[attr-defined]


@pytest.fixture
def payout(alice: User, bob: User, large: None) -> Payout:
    UserFactory.create(email="finn@example.org", is_staff=True, is_superuser=True)
    given.available_earnings(client=alice, freelancer=bob)
    return given.requested_payout(bob, given.payout_method(bob), EUR("500.00"))


def words(page: bytes) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", page.decode()).split())


def told(email: str = "finn@example.org") -> list[str]:
    user = User.objects.get(email=email)
    theirs = Notice.objects.filter(user_id=user.pk, text__contains="withdrawal")
    return list(theirs.order_by("pk").values_list("text", flat=True))


def test_the_cost_says_who_looks_first_and_promises_no_earlier_day(
    alice: User, bob: User, large: None, client: Client
) -> None:
    given.available_earnings(client=alice, freelancer=bob)
    given.payout_method(bob)
    session_of(bob, client)
    address = reverse("payout-new")

    with clock.pinned(NOON):
        small = words(client.get(address, {"amount": "499.99"}).content)
        said = words(client.get(address, {"amount": "500.00"}).content)

    assert "looks at a withdrawal of this size" not in small
    assert "looks at a withdrawal of this size first, by Wed 4 Mar, and" in said
    assert "It arrives by Fri 6 Mar. You can cancel it until it is sent." in said


def test_what_is_held_promises_what_its_cost_did(payout: Payout, bob: User) -> None:
    cost = cost_of(given.organization(bob), EUR("500.00"), at=NOON)

    assert (payout.state, payout.review_on) == ("held", date(2026, 3, 4))
    assert (cost.review_on, cost.arrives_on) == (payout.review_on, payout.arrives_on)


def test_finance_is_told_when_it_is_held_and_on_the_day(payout: Payout) -> None:
    assert [text.partition(":")[0] for text in told()] == [
        "Look at the withdrawal of €500.00 by Bob & Co by 4 March 2026"
    ]

    given.settle(at=NOON + 1.5 * DAY)
    assert len(told()) == 1
    for hours in (0, 3):
        given.settle(at=NOON + 2 * DAY + timedelta(hours=hours))

    late = "Today is the day by which the withdrawal of €500.00 by Bob & Co was to be looked at."
    assert told()[1:] == [f"{late} It still waits."]


def test_nobody_is_reminded_of_what_was_decided(payout: Payout) -> None:
    finn = User.objects.get(email="finn@example.org")
    reviewing.release(payout.pk, reason="It is fine.", by=finn, at=NOON + DAY)

    given.settle(at=NOON + 3 * DAY)

    assert len(told()) == 1


def test_a_schedule_says_so_too(alice: User, bob: User, large: None, client: Client) -> None:
    given.available_earnings(client=alice, freelancer=bob)
    method = given.payout_method(bob)
    schedules.choose(
        given.organization(bob),
        rhythm=Rhythm.WEEKLY,
        method=method,
        minimum=EUR("0.00"),
        by=bob,
        at=NOON,
    )
    session_of(bob, client)

    with clock.pinned(NOON):
        said = words(client.get(reverse("payout-schedule")).content)

    assert "because one of our team looks at a sum of this size first, by Fri 6 Mar" in said
