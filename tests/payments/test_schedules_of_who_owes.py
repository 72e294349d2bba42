"""Withdrawing by itself while a debt is paid back: what is old is told from what came since."""

from __future__ import annotations

import pytest

from billing_site.people.models import User
from payments.models import Payout, PayoutMethod
from payments.services import earnings, schedules
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON
from tests.payments.books import assert_every_law_holds, available
from tests.payments.scheduled import chosen
from tests.payments.test_debts import owes

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("has_old", [True, False])
def test_what_was_kept_of_the_new_does_not_hide_the_old(
    alice: User, bob: User, has_old: bool
) -> None:
    owes(alice, bob)
    if has_old:
        ann = given.payer("ann")  # Alice would pay it by what she got back.
        given.released(client=ann, freelancer=bob, at=NOON + DAY, price=EUR("100.00"))
    earnings.make_available(at=NOON + 10 * DAY)
    late = NOON + 200 * DAY
    given.released(client=alice, freelancer=bob, at=late - 10 * DAY)
    earnings.make_available(at=late)
    there = EUR("726.82") if has_old else EUR("660.75")  # three quarters of each
    assert available(bob) == there
    schedule = chosen(bob, PayoutMethod.objects.get(), minimum=EUR("5000.00"), at=late)

    for _ in range(2):
        schedules.withdraw_due(at=late + 7 * DAY)

    assert [each.amount for each in Payout.objects.filter(schedule=schedule)] == [there] * has_old
    assert available(bob) == (EUR("0.00") if has_old else there)
    assert_every_law_holds()
