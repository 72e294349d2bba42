"""Withdrawing by itself while the sweeps are late: what counts, and what is promised."""

from __future__ import annotations

from billing_site.kernel.money import Money
from billing_site.people.models import User
from payments.cadence import Rhythm
from payments.models import Payout, PayoutMethod, PayoutSchedule
from payments.services import schedules
from payments.tasks import withdraw_by_schedule
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON
from tests.payments.books import assert_every_law_holds, available

WEDNESDAY = NOON + 2 * DAY  # noon itself is a Monday


def weekly(user: User, method: PayoutMethod, *, minimum: Money) -> PayoutSchedule:
    return schedules.choose(
        given.organization(user),
        rhythm=Rhythm.WEEKLY,
        method=method,
        minimum=minimum,
        by=user,
        at=NOON,
    )


def test_it_waits_for_no_other_sweep(alice: User, bob: User) -> None:
    given.released(client=alice, freelancer=bob, at=NOON - 10 * DAY)  # nobody made it available
    weekly(bob, given.payout_method(bob), minimum=EUR("0.00"))

    withdraw_by_schedule(at=WEDNESDAY)

    assert Payout.objects.get().amount == EUR("881.00")
    assert available(bob) == EUR("0.00")
    assert_every_law_holds()
