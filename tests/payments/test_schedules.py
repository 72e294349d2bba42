"""Withdrawing by itself: on its day, all of it, once, and as of that day after a standstill."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from billing_site.kernel.money import Money
from billing_site.kernel.transitions import NotAllowed, NotYours
from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import Letter
from payments.cadence import Rhythm, is_day_of, next_moment
from payments.models import Payout, PayoutMethod, PayoutSchedule
from payments.queries.due import next_due
from payments.services import earnings, payouts, schedules
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON
from tests.payments.books import assert_every_law_holds, available
from tests.payments.test_pages import fields_of, prove, text_of
from tests.signing_in import session_of, with_second_factor

NOTHING = EUR("0.00")
WEDNESDAY = NOON + 2 * DAY  # noon itself is a Monday


@pytest.fixture
def method(alice: User, bob: User) -> PayoutMethod:
    """Bob has €881.00 available, and a bank that pays."""
    given.available_earnings(client=alice, freelancer=bob)
    return given.payout_method(bob)


def chosen(
    bob: User,
    method: PayoutMethod,
    rhythm: Rhythm = Rhythm.WEEKLY,
    *,
    minimum: Money = NOTHING,
    at: datetime = NOON,
) -> PayoutSchedule:
    return schedules.choose(
        given.organization(bob), rhythm=rhythm, method=method, minimum=minimum, by=bob, at=at
    )


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


class TestWhatCannotBeDone:
    def test_a_bank_that_waits_leaves_the_money_and_says_so(
        self, bob: User, method: PayoutMethod
    ) -> None:
        schedule = chosen(bob, given.payout_method(bob, at=WEDNESDAY - DAY, last4="9921"))

        for _ in range(2):
            assert schedules.withdraw_due(at=WEDNESDAY) == []

        schedule.refresh_from_db()
        assert "can be paid to from" in schedule.skipped
        assert available(bob) == EUR("881.00")
        assert (
            Letter.objects.filter(subject="Nothing was withdrawn for you on 4 March").count() == 1
        )
        assert_every_law_holds()

    def test_a_large_one_is_looked_at_first(
        self, bob: User, method: PayoutMethod, settings: Any
    ) -> None:
        settings.PAYOUT_REVIEW_FROM_MINOR = {**settings.PAYOUT_REVIEW_FROM_MINOR, "EUR": 500_00}
        chosen(bob, method)
        assert schedules.withdraw_due(at=WEDNESDAY)[0].state == "held"

    def test_only_who_may_withdraw_chooses(
        self, charlie: User, bob: User, method: PayoutMethod
    ) -> None:
        with pytest.raises(NotYours):
            schedules.choose(
                given.organization(bob),
                rhythm=Rhythm.DAILY,
                method=method,
                minimum=EUR("0.00"),
                by=charlie,
                at=NOON,
            )
        with pytest.raises(NotAllowed, match="is not a bank that you are paid to"):
            chosen(charlie, method)
        assert not PayoutSchedule.objects.exists()

    def test_by_hand_ends_it(self, bob: User, method: PayoutMethod) -> None:
        chosen(bob, method)
        assert chosen(bob, method, Rhythm.BY_HAND).next_at is None
        assert schedules.withdraw_due(at=WEDNESDAY + 30 * DAY) == []
        assert PayoutSchedule.objects.count() == 1


IMPOSSIBLE = {
    "a_schedule_has_a_known_rhythm": "UPDATE payments_payoutschedule SET rhythm = 'hourly'",
    "a_schedule_has_a_next_day_and_a_bank_unless_by_hand": "UPDATE payments_payoutschedule"
    " SET next_at = NULL",
    "a_schedule_withdraws_from_a_sum_on": "UPDATE payments_payoutschedule SET minimum = -1",
    "a_schedule_withdraws_once_a_day": "UPDATE payments_payout SET due_on = '2026-03-04'",
    "a_payout_by_schedule_names_its_day": "UPDATE payments_payout SET due_on = NULL",
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_the_database_refuses(alice: User, bob: User, method: PayoutMethod, name: str) -> None:
    chosen(bob, method)
    schedules.withdraw_due(at=WEDNESDAY)
    given.released(client=alice, freelancer=bob, at=NOON)
    earnings.make_available(at=WEDNESDAY + 7 * DAY)
    schedules.withdraw_due(at=WEDNESDAY + 7 * DAY)
    assert Payout.objects.count() == 2

    with (
        pytest.raises(IntegrityError, match=name),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(IMPOSSIBLE[name])


class TestThePage:
    @pytest.fixture(autouse=True)
    def _noon(self) -> Any:
        with clock.pinned(NOON):
            yield

    @pytest.fixture
    def as_bob(self, bob: User) -> Client:
        with_second_factor(bob)
        return session_of(bob)

    def choice(self, method: PayoutMethod) -> dict[str, str]:
        return {"rhythm": "weekly", "method": method.ref, "minimum": "0"}

    def test_it_says_what_each_costs_and_asks_for_proof(
        self, as_bob: Client, method: PayoutMethod
    ) -> None:
        url = reverse("payout-schedule")
        page = as_bob.get(url)
        assert "Every week, on Wednesday (next on Wed 4 March)" in text_of(page)
        assert "€0.99" in text_of(page)
        sent = {**fields_of(page), **self.choice(method), "minimum": "100"}

        assert as_bob.post(url, sent)["Location"].startswith(reverse("mfa_reauthenticate"))
        assert not PayoutSchedule.objects.exists()
        prove(as_bob)
        assert as_bob.post(url, sent)["Location"] == url

        assert PayoutSchedule.objects.get().minimum == EUR("100.00")
        for place in (url, reverse("payouts")):
            shown = text_of(as_bob.get(place))
            for fact in ("The next withdrawal", "4 Mar 2026, 12:00", "€880.01", "Fri 6 Mar"):
                assert fact in shown

    @pytest.mark.parametrize(
        "wrong", [{"rhythm": "hourly"}, {"minimum": "-1"}, {"method": "other"}, {"fee": "€0.00"}]
    )
    def test_what_is_wrong_is_said(
        self, as_bob: Client, method: PayoutMethod, wrong: dict[str, str]
    ) -> None:
        url = reverse("payout-schedule")
        sent = {**fields_of(as_bob.get(url)), **self.choice(method), **wrong}

        assert as_bob.post(url, sent).status_code == 422
        assert not PayoutSchedule.objects.exists()
