"""What the database refuses about time, whoever asks: nothing here goes through a service."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from billing_site.kernel.money import for_minutes
from billing_site.people.models import User
from invoices.models import Contract, RateVersion, TimeEntry, Timer, Week, WeeklyLimit
from tests import given
from tests.given import EUR, NOON
from tests.invoices.march import at

MONDAY = date(2026, 3, 2)


@pytest.fixture
def contract(alice: User, bob: User) -> Contract:
    return given.hourly_contract(client=alice, freelancer=bob)


@pytest.fixture
def week(contract: Contract) -> Week:
    return Week.objects.create(contract=contract, starts_on=MONDAY)


@contextmanager
def refused(because: str) -> Iterator[None]:
    with pytest.raises(DatabaseError, match=because), transaction.atomic():
        yield


def write(week: Week, person: User, start: datetime, end: datetime, **facts: Any) -> TimeEntry:
    minutes = int((end - start).total_seconds() // 60)
    usual = {"minutes": minutes, "kind": "manual", "created_at": NOON, "contract": week.contract}
    during = facts.pop("during", DateTimeTZRange(start, end))
    return TimeEntry.objects.create(week=week, person=person, during=during, **{**usual, **facts})


def test_nobody_works_twice_at_a_time_on_whatever_contract(
    week: Week, alice: User, bob: User
) -> None:
    other = given.hourly_contract(client=alice, freelancer=bob)
    other_week = Week.objects.create(contract=other, starts_on=MONDAY)
    write(week, bob, at(3, 9), at(3, 10))

    with refused("nobody_works_twice_at_a_time"):
        write(other_week, bob, at(3, 9, 59), at(3, 11))
    write(other_week, bob, at(3, 10), at(3, 11))  # side by side is not at once
    write(week, given.member(bob, "Bea", role="approver"), at(3, 9), at(3, 10))


def test_what_was_removed_makes_room(week: Week, bob: User) -> None:
    entry = write(week, bob, at(3, 9), at(3, 10))
    TimeEntry.objects.filter(pk=entry.pk).update(removed_at=NOON)

    write(week, bob, at(3, 9), at(3, 10))
    with refused("replaced, and not edited"):
        TimeEntry.objects.filter(pk=entry.pk).update(removed_at=None)


@pytest.mark.parametrize(
    ("span", "facts", "because"),
    [
        ((at(3, 9, 0, 30), at(3, 10, 0, 30)), {}, "time_is_counted_in_whole_minutes"),
        ((at(3, 9), at(3, 10)), {"minutes": 61}, "an_entry_says_how_long_it_is"),
        ((at(3, 9), at(3, 9)), {}, "time_is_counted_in_whole_minutes|an_entry_says_how_long"),
        (
            (at(3, 9), at(3, 10)),
            {"during": DateTimeTZRange(at(3, 9), at(3, 10), "[]")},
            "time_is_counted_in_whole_minutes",
        ),
        ((at(8, 23, 50), at(9, 0, 10)), {}, "belongs to the week it was worked in"),
        ((at(1, 23), at(2, 0)), {}, "belongs to the week it was worked in"),
        ((at(3, 9), at(3, 10)), {"kind": "tracked"}, "tracked_time_names_its_timer"),
    ],
)
def test_time_is_whole_minutes_of_its_own_week(
    week: Week, bob: User, span: tuple[datetime, datetime], facts: dict[str, Any], because: str
) -> None:
    with refused(because):
        write(week, bob, *span, **facts)
    assert not TimeEntry.objects.exists()


def test_time_is_of_the_contract_of_its_week(week: Week, alice: User, bob: User) -> None:
    other = given.hourly_contract(client=alice, freelancer=bob)

    with refused("belongs to the week it was worked in"):
        write(week, bob, at(3, 9), at(3, 10), contract=other)


def test_a_week_begins_and_ends_at_midnight_utc(week: Week, bob: User) -> None:
    write(week, bob, at(2, 0), at(2, 1))
    write(week, bob, at(8, 23), at(9, 0))


def test_logged_time_is_replaced_and_neither_edited_nor_deleted(week: Week, bob: User) -> None:
    entry = write(week, bob, at(3, 9), at(3, 10))

    for change in (
        {"during": DateTimeTZRange(at(3, 9), at(3, 11)), "minutes": 120},
        {"kind": "tracked"},
        {"person": given.member(bob, "Bea", role="approver")},
    ):
        with refused("replaced, and not edited"):
            TimeEntry.objects.filter(pk=entry.pk).update(**change)
    with refused("removed, and not deleted"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM invoices_timeentry")
    TimeEntry.objects.filter(pk=entry.pk).update(memo="Tickets 12 to 19", activity="support")


def test_the_time_of_a_billed_week_does_not_change(week: Week, bob: User) -> None:
    entry = write(week, bob, at(3, 9), at(3, 10))
    given.lock(week)

    with refused("billed week"):
        write(week, bob, at(3, 11), at(3, 12))
    for change in ({"memo": "Later"}, {"activity": "other"}, {"removed_at": NOON}):
        with refused("billed week"):
            TimeEntry.objects.filter(pk=entry.pk).update(**change)


def test_one_week_for_each_contract_and_monday(week: Week) -> None:
    with refused("one_week_a_contract_and_monday"):
        Week.objects.create(contract=week.contract, starts_on=MONDAY)
    with refused("a_week_starts_on_monday"):
        Week.objects.create(contract=week.contract, starts_on=MONDAY + timedelta(days=1))
    with refused("one contract and one Monday"):
        Week.objects.filter(pk=week.pk).update(starts_on=MONDAY + timedelta(days=7))


def test_one_timer_runs_for_a_person(contract: Contract, bob: User) -> None:
    run = {"person": bob, "contract": contract, "started_at": NOON, "written_until": NOON}
    Timer.objects.create(**run)

    with refused("one_running_timer_a_person"):
        Timer.objects.create(**run)
    with refused("an_ended_timer_says_how"):
        Timer.objects.create(**run, ended_at=NOON)
    Timer.objects.create(**run, ended_at=NOON, ending="discarded")


def test_a_rate_and_a_limit_stay_as_they_were_said(contract: Contract, alice: User) -> None:
    with refused("A rate is followed by another"):
        RateVersion.objects.update(rate=EUR("60.00"))
    with refused("A limit is followed by another"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM invoices_weeklylimit")
    with refused("a_limit_fits_into_a_week"):
        WeeklyLimit.objects.create(
            contract=contract, minutes=168 * 60 + 1, effective_from=NOON, by=alice, said_at=NOON
        )


def test_the_dates_of_a_week(week: Week) -> None:
    """Worked example: edited until Mon 9 March 11:59, reviewed until Fri 13 March 23:59."""
    assert week.locks_at == at(9, 12)
    assert week.review_ends_at == at(13, 23, 59)


@pytest.mark.parametrize(
    ("minutes", "rate", "price"),
    [
        (720, "22.22", "266.64"),
        (720, "27.78", "333.36"),
        (1, "50.00", "0.83"),
        (90, "0.01", "0.02"),
        (0, "50.00", "0.00"),
    ],
)
def test_time_is_priced_once_half_a_cent_up(minutes: int, rate: str, price: str) -> None:
    assert for_minutes(minutes, rate=EUR(rate)) == EUR(price)
