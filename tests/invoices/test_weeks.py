"""What a week comes to: the worked examples of the terms, and that no minute is billed twice."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given as any_of
from hypothesis import settings as effort
from hypothesis import strategies as st

from billing_site.kernel.money import for_minutes
from billing_site.kernel.periods import week_bounds
from billing_site.people.models import User
from invoices.models import Contract, TimeEntry, Week
from invoices.queries.week_figures import figures_of
from invoices.services import hourly_terms, time_entries, timing
from invoices.services.time_entries import Written
from tests import given
from tests.given import EUR, NOON, days
from tests.invoices.march import at
from tests.invoices.week import summary, work_22_hours_10
from tests.invoices.weeks_in_memory import summary_in_memory


@pytest.fixture
def contract(alice: User, bob: User) -> Contract:
    """20 hours a week at 50, from Monday noon on."""
    return given.hourly_contract(client=alice, freelancer=bob)


# The test vectors of the terms, each named after its row.
def test_limit_20_h_logged_22_h_10_bills_20_h_and_lists_2_h_10(
    contract: Contract, bob: User
) -> None:
    work_22_hours_10(contract, bob)

    week = summary(contract)
    assert (week.logged, week.billed, week.over) == (22 * 60 + 10, 20 * 60, 2 * 60 + 10)
    assert week.amount == EUR("1000.00")
    # The earliest time is billed: of the last eight hours six, and none of the last ten minutes.
    assert [(one.billed, one.over) for one in week.entries[2:]] == [(360, 120), (0, 10)]


def test_limit_raised_thursday_from_20_to_25_after_22_h_bills_all_22_h(
    contract: Contract, alice: User, bob: User
) -> None:
    work_22_hours_10(contract, bob)
    hourly_terms.change_limit(contract.pk, 25 * 60, by=alice, at=at(5, 15))

    week = summary(contract)
    assert (week.billed, week.over) == (22 * 60 + 10, 0)
    assert week.amount == EUR("1108.33")


def test_limit_lowered_thursday_from_20_to_10_is_still_20_this_week(
    contract: Contract, alice: User, bob: User
) -> None:
    hourly_terms.change_limit(contract.pk, 10 * 60, by=alice, at=at(5, 15))
    work_22_hours_10(contract, bob)
    for day in (9, 10):
        given.worked(contract, by=bob, start=at(day, 12), minutes=6 * 60)

    assert summary(contract).billed == 20 * 60
    assert summary(contract, date(2026, 3, 9)).billed == 10 * 60


def test_sunday_23_50_and_monday_00_00_are_different_weeks_and_may_cost_differently(
    contract: Contract, alice: User, bob: User
) -> None:
    hourly_terms.change_rate(contract.pk, EUR("60.00"), by=alice, at=at(6, 12), from_monday=True)
    sunday, monday = given.worked(contract, by=bob, start=at(8, 23, 50), minutes=20)

    assert (sunday.minutes, monday.minutes) == (10, 10)
    assert (sunday.ended_at, monday.started_at) == (at(9, 0), at(9, 0))
    assert summary(contract).amount == EUR("8.33")
    assert summary(contract, date(2026, 3, 9)).amount == EUR("10.00")


@pytest.mark.parametrize(("rate", "price"), [("22.22", "266.64"), ("27.78", "333.36")])
def test_12_h_at_a_crooked_rate(alice: User, bob: User, rate: str, price: str) -> None:
    contract = given.hourly_contract(client=alice, freelancer=bob, rate=EUR(rate))
    for day in (2, 3, 4):
        given.worked(contract, by=bob, start=at(day, 12), minutes=240)

    assert summary(contract).amount == EUR(price)


# The limit and the rate, by date.
def test_a_raise_undoes_a_cut_that_was_to_come(contract: Contract, alice: User, bob: User) -> None:
    hourly_terms.change_limit(contract.pk, 10 * 60, by=alice, at=at(4, 12))
    hourly_terms.change_limit(contract.pk, 30 * 60, by=alice, at=at(5, 12))
    given.worked(contract, by=bob, start=at(9, 12), minutes=60)

    assert summary(contract, date(2026, 3, 9)).limit.minutes == 30 * 60


def test_a_rate_counts_for_time_that_begins_after_it_was_said(
    contract: Contract, alice: User, bob: User
) -> None:
    given.worked(contract, by=bob, start=at(3, 9), minutes=60)
    running = timing.start(contract.pk, by=bob, at=at(3, 11, 30), memo="Tickets")
    hourly_terms.change_rate(contract.pk, EUR("60.00"), by=alice, at=at(3, 12))
    timing.stop(running.pk, by=bob, at=at(3, 12, 30))
    given.worked(contract, by=bob, start=at(3, 13), minutes=60)

    week = summary(contract)
    assert [(line.minutes, line.amount) for line in week.lines] == [
        (120, EUR("100.00")),
        (60, EUR("60.00")),
    ]
    assert week.amount == EUR("160.00")


@any_of(cuts=st.lists(st.integers(1, 300), min_size=1, max_size=40), rate=st.integers(1, 99_999))
@effort(max_examples=300, deadline=None)
def test_cutting_time_into_pieces_gains_nothing(cuts: list[int], rate: int) -> None:
    whole = summary_in_memory([sum(cuts)], rate=rate)
    pieces = summary_in_memory(cuts, rate=rate)

    assert (
        pieces.amount == whole.amount == for_minutes(pieces.billed, rate=pieces.lines[0].rate.rate)
    )
    assert pieces.protected_amount + pieces.unprotected_amount == pieces.amount
    assert pieces.billed + pieces.over == pieces.logged == sum(cuts)
    assert pieces.protected <= pieces.billed


# Each minute once (zones do not matter: a week is a week of UTC).
@pytest.mark.parametrize(
    "moment",
    [
        datetime(2027, 12, 31, 20, tzinfo=UTC),  # over the end of a year
        datetime(2028, 2, 28, 20, tzinfo=UTC),  # into a leap day
        datetime(2028, 2, 29, 20, tzinfo=UTC),  # and out of it
        datetime(2026, 3, 29, 0, 30, tzinfo=UTC),  # Europe springs forward, on a Sunday
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),  # and falls back
        datetime(2026, 10, 25, 20, tzinfo=UTC),  # into a Monday
    ],
)
def test_a_run_over_any_border_is_counted_once(alice: User, bob: User, moment: datetime) -> None:
    contract = given.hourly_contract(client=alice, freelancer=bob, at=moment - days(1))
    entries = given.worked(contract, by=bob, start=moment, minutes=600)

    assert sum(entry.minutes for entry in entries) == 600
    assert entries[0].started_at == moment
    for entry in entries:
        first, after = week_bounds(entry.week.starts_on)
        assert first <= entry.started_at < entry.ended_at <= after
    weeks = Week.objects.filter(contract=contract).select_related("contract")
    assert sum(each.logged for each in figures_of(list(weeks), at=moment).values()) == 600


def test_figures_of_many_weeks_cost_what_one_costs(
    alice: User, bob: User, django_assert_num_queries: object
) -> None:
    contracts = [given.hourly_contract(client=alice, freelancer=bob) for _ in range(3)]
    for n, contract in enumerate(contracts):
        for hour in range(3):
            given.worked(contract, by=bob, start=at(3 + n, 9 + 2 * hour), minutes=60)
    weeks = list(Week.objects.select_related("contract"))

    for some in (weeks[:1], weeks):
        with django_assert_num_queries(5):  # type: ignore[operator]
            figures_of(some, at=NOON)


# A forgotten timer, and one that runs into Monday.
def test_a_forgotten_timer_stops_by_itself_after_twelve_hours(
    contract: Contract, bob: User
) -> None:
    timer = timing.start(contract.pk, by=bob, at=at(3, 9), memo="Tickets")

    assert timing.follow_the_clock(at=at(3, 20, 59)) == []
    assert [it.pk for it in timing.follow_the_clock(at=at(5, 9))] == [timer.pk]
    assert timing.follow_the_clock(at=at(5, 9)) == []

    timer.refresh_from_db()
    assert (timer.ended_at, timer.ending) == (at(3, 21), "forgotten")
    assert TimeEntry.objects.get().minutes == 12 * 60


def test_a_timer_over_sunday_midnight_is_written_down_before_monday_noon(
    contract: Contract, bob: User
) -> None:
    timer = timing.start(contract.pk, by=bob, at=at(8, 23), memo="Tickets")
    timing.follow_the_clock(at=at(9, 0, 1))
    timing.follow_the_clock(at=at(9, 0, 2))

    assert [entry.minutes for entry in TimeEntry.objects.all()] == [60]
    timing.stop(timer.pk, by=bob, at=at(9, 1, 30))
    assert summary(contract).logged == 60
    assert summary(contract, date(2026, 3, 9)).logged == 90


def test_time_by_hand_over_midnight_is_of_two_weeks(contract: Contract, bob: User) -> None:
    span = Written(at(8, 23, 30), at(9, 0, 45), "Night shift")
    entries = time_entries.add(contract.pk, span, by=bob, at=at(9, 1))

    assert [(e.week.starts_on.day, e.minutes) for e in entries] == [(2, 30), (9, 45)]
