"""Sixteen at once use quotes, on the real database."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from billing_site.people.models import User
from payments.models import Payout, Quote
from payments.services import converting, payouts
from tests import given_payments as given
from tests.given_payments import EUR, NOON
from tests.payments.books import assert_every_law_holds, available
from tests.payments.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ONE_WINS = {"done": 1, "refused in words": 15}


@pytest.fixture
def bob() -> User:
    alice, bob = given.payer(), given.worker("bob", currency="USD")
    given.available_earnings(client=alice, freelancer=bob)
    return bob


def quotes(bob: User, *amounts: str) -> list[Quote]:
    method = given.payout_method(bob)
    return [given.quoted(bob, method, EUR(amount)) for amount in amounts]


def test_one_quote_is_used_once(bob: User) -> None:
    [quote] = quotes(bob, "500.00")

    ended = at_once(lambda: converting.withdraw(quote.pk, by=bob, at=NOON))

    assert ended == ONE_WINS
    assert (available(bob), Payout.objects.count()) == (EUR("381.00"), 1)
    assert_every_law_holds()


def test_one_form_sent_sixteen_times_converts_once(bob: User) -> None:
    [quote] = quotes(bob, "500.00")
    op_id = uuid4()

    ended = at_once(lambda: converting.withdraw(quote.pk, by=bob, at=NOON, op_id=op_id))

    assert ended == {"done": 16}
    assert (available(bob), Payout.objects.count()) == (EUR("381.00"), 1)


def test_two_quotes_of_more_than_half_are_used_once(bob: User) -> None:
    one, other = quotes(bob, "500.00", "600.00")

    ended = at_once(
        lambda: converting.withdraw(one.pk, by=bob, at=NOON),
        lambda: converting.withdraw(other.pk, by=bob, at=NOON),
    )

    assert ended == ONE_WINS
    assert available(bob) in (EUR("381.00"), EUR("281.00"))
    assert_every_law_holds()


def test_what_is_converted_and_cancelled_at_once_stays_converted(bob: User) -> None:
    [quote] = quotes(bob, "500.00")
    payout = converting.withdraw(quote.pk, by=bob, at=NOON)

    ended = at_once(
        lambda: payouts.cancel(payout.pk, by=bob, at=NOON),
        lambda: converting.withdraw(quote.pk, by=bob, at=NOON),
    )

    assert ended == ONE_WINS
    assert available(bob) == EUR("381.00")
    assert_every_law_holds()


def test_using_it_while_the_sweep_closes_it_does_one_of_the_two(bob: User) -> None:
    [quote] = quotes(bob, "500.00")
    over = quote.valid_until

    at_once(
        lambda: converting.withdraw(quote.pk, by=bob, at=over - timedelta(seconds=1)),
        lambda: converting.expire_due(at=over),
    )

    state = Quote.objects.get().state
    assert (state, available(bob)) in [("used", EUR("381.00")), ("expired", EUR("881.00"))]
    assert_every_law_holds()
