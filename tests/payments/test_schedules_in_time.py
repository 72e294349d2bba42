"""Withdrawing by itself while the sweeps are late: what counts, and what is promised."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from billing_site.kernel.money import Money
from billing_site.people.models import User
from payments.cadence import Rhythm
from payments.models import Payout, PayoutMethod, PayoutSchedule
from payments.services import converting, payouts, schedules
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


@pytest.mark.parametrize("review_from", [10_000_00, 500_00])
def test_after_a_standstill_it_can_still_be_cancelled(
    alice: User, bob: User, settings: Any, review_from: int
) -> None:
    settings.PAYOUT_REVIEW_FROM_MINOR = {**settings.PAYOUT_REVIEW_FROM_MINOR, "EUR": review_from}
    given.available_earnings(client=alice, freelancer=bob)
    weekly(bob, given.payout_method(bob), minimum=EUR("0.00"))
    late = WEDNESDAY + 5 * DAY  # a Monday

    [payout] = schedules.withdraw_due(at=late)

    assert (payout.requested_at, payout.due_on) == (WEDNESDAY, WEDNESDAY.date())
    assert payout.send_at == late + timedelta(minutes=30)
    assert payout.review_on in (None, (late + 2 * DAY).date())
    waits = 4 if payout.review_on else 2
    assert payout.arrives_on == (late + waits * DAY).date()
    payouts.cancel(payout.pk, by=bob, at=late + timedelta(minutes=29))
    assert available(bob) == EUR("881.00")
    assert_every_law_holds()


@pytest.mark.parametrize(("weeks", "is_old"), [(1, False), (30, True)])
def test_what_was_converted_lately_is_not_old(alice: User, weeks: int, is_old: bool) -> None:
    carol = given.worker("carol", currency="USD")
    given.available_earnings(client=alice, freelancer=carol)
    bank = given.payout_method(carol)
    quote = given.quoted(carol, bank, EUR("500.00"))
    taken_back = converting.withdraw(quote.pk, by=carol, at=NOON)
    payouts.cancel(taken_back.pk, by=carol, at=NOON)
    schedule = weekly(carol, bank, minimum=Money(Decimal("5000.00"), "USD"))

    made = schedules.withdraw_due(at=WEDNESDAY + weeks * 7 * DAY)

    assert bool(made) == is_old
    schedule.refresh_from_db()
    if not is_old:
        assert "$538.07 was available, less than the $5,000.00" in schedule.skipped
    assert_every_law_holds()
