"""Withdrawing by itself: on its day, all of it, once, and as of that day after a standstill."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from billing_site.people.models import User
from billing_site.platform.models import Letter
from payments.cadence import Rhythm, is_day_of, next_moment
from payments.models import Payout, PayoutMethod, PayoutSchedule
from payments.queries.due import next_due
from payments.services import earnings, payouts, schedules
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON
from tests.payments.books import assert_every_law_holds, available
from tests.payments.scheduled import chosen

WEDNESDAY = NOON + 2 * DAY  # noon itself is a Monday
DAYS = {
    Rhythm.DAILY: [date(2026, 3, day) for day in (2, 3, 4, 5, 6, 9, 10)],
    Rhythm.WEEKLY: [date(2026, 3, day) for day in (4, 11, 18, 25)],
    Rhythm.TWICE_A_MONTH: [date(2026, 3, 4), date(2026, 3, 18), date(2026, 4, 1)],
    Rhythm.MONTHLY: [date(2026, 3, 25), date(2026, 4, 29), date(2026, 5, 27)],
    Rhythm.QUARTERLY: [date(2026, 3, 30), date(2026, 6, 29), date(2026, 9, 28)],
    Rhythm.BY_HAND: [],
}


@pytest.mark.parametrize("rhythm", Rhythm)
def test_a_rhythm_falls_on_these_days(rhythm: Rhythm) -> None:
    moment: datetime | None = datetime(2026, 3, 1, 18, tzinfo=UTC)
    found: list[date] = []
    while len(found) < len(DAYS[rhythm]):
        assert moment
        moment = next_moment(rhythm, after=moment)
        assert moment
        assert (moment.hour, moment.minute) == (12, 0)
        found.append(moment.date())

    assert found == DAYS[rhythm]
    assert next_moment(Rhythm.BY_HAND, after=NOON) is None
    assert not is_day_of(Rhythm.BY_HAND, NOON.date())


def test_at_noon_of_its_day_the_next_is_later() -> None:
    assert next_moment(Rhythm.WEEKLY, after=WEDNESDAY) == WEDNESDAY + 7 * DAY


def test_all_that_is_available_goes_on_its_day_once(bob: User, method: PayoutMethod) -> None:
    schedule = chosen(bob, method)
    assert next_due(after=NOON) == WEDNESDAY
    assert schedules.withdraw_due(at=WEDNESDAY - timedelta(seconds=1)) == []

    [payout] = schedules.withdraw_due(at=WEDNESDAY)
    assert schedules.withdraw_due(at=WEDNESDAY + timedelta(hours=3)) == []

    assert (payout.amount, payout.fee, payout.due_on) == (
        EUR("881.00"),
        EUR("0.99"),
        WEDNESDAY.date(),
    )
    assert available(bob) == EUR("0.00")
    schedule.refresh_from_db()
    assert schedule.next_at == WEDNESDAY + 7 * DAY
    assert "by your schedule" in Letter.objects.latest("pk").subject
    given.settle(at=WEDNESDAY + 3 * DAY)
    assert Payout.objects.get().state == "paid"
    assert_every_law_holds()


def test_it_can_be_cancelled_as_any_other(bob: User, method: PayoutMethod) -> None:
    chosen(bob, method)
    [payout] = schedules.withdraw_due(at=WEDNESDAY)

    payouts.cancel(payout.pk, by=bob, at=WEDNESDAY + timedelta(minutes=29))

    assert available(bob) == EUR("881.00")
    assert schedules.withdraw_due(at=WEDNESDAY + DAY) == []  # the day is over
    assert_every_law_holds()


def test_after_a_standstill_each_day_takes_what_was_there_on_it(
    alice: User, bob: User, method: PayoutMethod
) -> None:
    chosen(bob, method)
    given.released(client=alice, freelancer=bob, at=WEDNESDAY)  # available five days later
    late = WEDNESDAY + 15 * DAY
    earnings.make_available(at=late)

    made = schedules.withdraw_due(at=late)

    assert [(each.requested_at, each.amount) for each in made] == [
        (WEDNESDAY, EUR("881.00")),
        (WEDNESDAY + 7 * DAY, EUR("881.00")),
    ]
    schedule = PayoutSchedule.objects.get()
    assert (schedule.next_at, schedule.skipped) == (WEDNESDAY + 21 * DAY, "Nothing was available.")
    assert_every_law_holds()


class TestTheMinimum:
    def test_less_waits_for_the_next_day(self, bob: User, method: PayoutMethod) -> None:
        schedule = chosen(bob, method, minimum=EUR("881.01"))

        assert schedules.withdraw_due(at=WEDNESDAY) == []

        schedule.refresh_from_db()
        assert schedule.skipped == "€881.00 was available, less than the €881.01 that you chose."
        assert schedule.skipped_on == WEDNESDAY.date()
        assert available(bob) == EUR("881.00")

    def test_exactly_as_much_is_enough(self, bob: User, method: PayoutMethod) -> None:
        chosen(bob, method, minimum=EUR("881.00"))
        assert len(schedules.withdraw_due(at=WEDNESDAY)) == 1

    def test_what_is_half_a_year_old_is_paid_anyway(self, bob: User, method: PayoutMethod) -> None:
        chosen(bob, method, Rhythm.MONTHLY, minimum=EUR("5000.00"))

        made = schedules.withdraw_due(at=NOON + 220 * DAY)

        became_available = NOON - 5 * DAY
        assert [each.amount for each in made] == [EUR("881.00")]
        assert made[0].requested_at - became_available > schedules.OLD
        assert made[0].requested_at - became_available < schedules.OLD + 35 * DAY
