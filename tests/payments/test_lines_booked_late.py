"""What our books learn later than the provider wrote it is compared as anything else is."""

from __future__ import annotations

from billing_site.kernel.money import Money
from billing_site.people.models import User
from payments.gateways.sandbox import balances
from payments.services import converting
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON
from tests.payments.compared import compare, open_differences


def test_one_that_was_booked_late_with_another_sum_differs(alice: User, bob: User) -> None:
    given.held_escrow(client=alice, freelancer=bob, at=NOON - 10 * DAY)
    sold, bought = EUR("100.00"), Money("109.00", "USD")
    balances.exchange("X1", sold, bought, at=NOON)
    compare()
    assert open_differences() == [("not_in_books", "-100.00"), ("not_in_books", "109.00")]

    converting.exchanged(exchange="X1", sold=sold, bought=Money("108.00", "USD"), at=NOON)
    outcome = compare(NOON + 2 * DAY)

    assert (outcome.resolved, outcome.found) == (2, 1)
    assert open_differences() == [("other_sum", "1.00")]
    assert compare(NOON + 3 * DAY).found == 0
