"""Logging time: who may, when, and what is refused in words without leaving a trace."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people.models import User
from billing_site.platform.models import AuditEvent, Letter
from invoices.models import Contract, TimeEntry, Timer, Week, WeeklyLimit
from invoices.services import contracts, ending, hourly_terms, time_entries, timing
from invoices.services.time_entries import Written
from payments.services import restricting
from tests import given
from tests.factories.people import UserFactory
from tests.given import EUR
from tests.invoices._race import race


def at(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, second, tzinfo=UTC)


NINE_TO_TEN = Written(at(3, 9), at(3, 10), "Tickets", "support")


@pytest.fixture
def contract(alice: User, bob: User) -> Contract:
    return given.hourly_contract(client=alice, freelancer=bob)


def add(contract: Contract, by: User, written: Written = NINE_TO_TEN, **facts: Any) -> TimeEntry:
    return time_entries.add(contract.pk, written, by=by, **{"at": at(3, 18), **facts})[0]


# Timers.


def test_a_run_is_counted_from_minute_to_minute(contract: Contract, bob: User) -> None:
    first = timing.start(contract.pk, by=bob, at=at(3, 9, 0, 40))
    timing.stop(first.pk, by=bob, at=at(3, 9, 10, 20), memo="Tickets", activity="support")
    second = timing.start(contract.pk, by=bob, at=at(3, 9, 10, 30))
    timing.stop(second.pk, by=bob, at=at(3, 9, 10, 59))
    third = timing.start(contract.pk, by=bob, at=at(3, 9, 10, 59))
    timing.stop(third.pk, by=bob, at=at(3, 9, 12, 1))

    entries = TimeEntry.objects.order_by("pk")
    assert [(e.started_at, e.minutes, e.memo, e.kind) for e in entries] == [
        (at(3, 9), 10, "Tickets", "tracked"),
        (at(3, 9, 10), 2, "", "tracked"),
    ]


def test_one_timer_runs_at_a_time_whatever_the_contract(
    contract: Contract, alice: User, bob: User
) -> None:
    other = given.hourly_contract(client=alice, freelancer=bob)
    timing.start(contract.pk, by=bob, at=at(3, 9))

    with pytest.raises(WrongState, match="Stop it first"):
        timing.start(other.pk, by=bob, at=at(3, 10))
    assert Timer.objects.get().contract == contract


def test_the_same_form_starts_one_timer(contract: Contract, bob: User) -> None:
    op_id = uuid4()
    first = timing.start(contract.pk, by=bob, at=at(3, 9), op_id=op_id)

    assert timing.start(contract.pk, by=bob, at=at(3, 9), op_id=op_id) == first


def test_a_discarded_run_leaves_nothing_and_is_over(contract: Contract, bob: User) -> None:
    timer = timing.start(contract.pk, by=bob, at=at(3, 9))
    timing.discard(timer.pk, by=bob, at=at(3, 10))

    assert not TimeEntry.objects.exists()
    with pytest.raises(WrongState, match="discarded"):
        timing.stop(timer.pk, by=bob, at=at(3, 11))


def test_nobody_stops_another_persons_timer(contract: Contract, alice: User, bob: User) -> None:
    bea = given.member(bob, "Bea", role="approver")
    timer = timing.start(contract.pk, by=bob, at=at(3, 9))

    for other in (alice, bea):
        with pytest.raises(NotYours):
            timing.stop(timer.pk, by=other, at=at(3, 10))
    assert Timer.objects.get().is_running


def test_pausing_the_contract_stops_its_timers(contract: Contract, alice: User, bob: User) -> None:
    timing.start(contract.pk, by=bob, at=at(3, 9), memo="Tickets")
    contracts.pause(contract.pk, by=alice, at=at(3, 10))

    assert Timer.objects.get().ending == "contract"
    assert TimeEntry.objects.get().minutes == 60
    with pytest.raises(WrongState, match="paused"):
        timing.start(contract.pk, by=bob, at=at(3, 11))


def test_what_was_logged_is_billed_before_the_contract_is_over(
    contract: Contract, alice: User, bob: User
) -> None:
    timing.start(contract.pk, by=bob, at=at(3, 9), memo="Tickets")
    ending.end(contract.pk, by=alice, at=at(3, 10))

    assert Contract.objects.get().state == Contract.State.ENDING
    assert TimeEntry.objects.get().minutes == 60


def test_an_hourly_contract_without_time_ends_at_once(contract: Contract, alice: User) -> None:
    ending.end(contract.pk, by=alice, at=at(3, 10))

    assert Contract.objects.get().state == Contract.State.ENDED


def test_a_timer_counts_around_what_was_written_by_hand(
    contract: Contract, alice: User, bob: User
) -> None:
    add(contract, bob)
    timer = timing.start(contract.pk, by=bob, at=at(3, 20))
    assert timer.written_until == at(3, 20)
    Timer.objects.filter(pk=timer.pk).update(started_at=at(3, 8), written_until=at(3, 8))
    timing.stop(timer.pk, by=bob, at=at(3, 11))

    tracked = TimeEntry.objects.filter(kind="tracked").order_by("pk")
    assert [(e.started_at, e.ended_at) for e in tracked] == [
        (at(3, 8), at(3, 9)),
        (at(3, 10), at(3, 11)),
    ]


# By hand.


def test_time_by_hand_is_for_the_freelancers_side_where_the_client_allows_it(
    contract: Contract, alice: User, bob: User, charlie: User
) -> None:
    viewer = given.member(bob, "Vera", role="viewer")
    for other in (alice, charlie, viewer):
        with pytest.raises(NotYours):
            add(contract, other)
    hourly_terms.allow_manual_time(contract.pk, allowed=False, by=alice, at=at(3, 12))
    with pytest.raises(NotAllowed, match="does not allow time written by hand"):
        add(contract, bob)
    assert not TimeEntry.objects.exists()


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (at(3, 10), at(3, 9), "later than the start"),
        (at(3, 17), at(3, 19), "has not passed yet"),
        (at(2, 11), at(2, 13), "began on 2 March"),
        (at(2, 12), at(3, 0, 1), "12 hours"),
    ],
)
def test_time_that_cannot_be_is_refused(
    contract: Contract, bob: User, start: datetime, end: datetime, words: str
) -> None:
    with pytest.raises(NotAllowed, match=words):
        add(contract, bob, Written(start, end))
    assert not TimeEntry.objects.exists()


def test_what_was_worked_before_a_restriction_is_logged_after_it(
    contract: Contract, bob: User
) -> None:
    finn = UserFactory.create(name="Finn", is_staff=True, is_superuser=True)
    restricting.restrict_organization(
        contract.freelancer_id, scopes=["hours"], reason="We look at something.",
        review_on=date(2026, 3, 20), by=finn, at=at(3, 10, 30),
    )  # fmt: skip

    assert add(contract, bob).minutes == 60
    for start, end in (((10, 0), (10, 31)), ((11, 0), (12, 0))):
        with pytest.raises(NotAllowed, match="We look at something"):
            add(contract, bob, Written(at(3, *start), at(3, *end)))


def test_no_new_hours_arise_by_a_correction_while_hours_are_restricted(
    contract: Contract, bob: User
) -> None:
    entry = add(contract, bob)
    finn = UserFactory.create(name="Finn", is_staff=True, is_superuser=True)
    restricting.restrict_organization(
        contract.freelancer_id, scopes=["hours"], reason="We look at something.",
        review_on=date(2026, 3, 20), by=finn, at=at(3, 9, 30),
    )  # fmt: skip
    change = partial(time_entries.change, entry.pk, by=bob, at=at(3, 18))

    for start, end in (((9, 0), (10, 1)), ((11, 0), (12, 0))):
        with pytest.raises(NotAllowed, match="We look at something"):
            change(Written(at(3, *start), at(3, *end)))
    assert TimeEntry.objects.get().removed_at is None

    assert [each.minutes for each in change(Written(at(3, 9), at(3, 9, 50)))] == [50]


def test_an_overlap_is_refused_and_names_the_other_time(
    contract: Contract, alice: User, bob: User
) -> None:
    other = given.hourly_contract(client=alice, freelancer=bob)
    add(other, bob)

    with pytest.raises(NotAllowed, match="from 09:00 to 10:00 UTC on 3 March"):
        add(contract, bob, Written(at(3, 8), at(3, 9, 1)))
    with pytest.raises(NotAllowed, match="Stop it first"):
        timing.start(contract.pk, by=bob, at=at(3, 16))
        add(contract, bob, Written(at(3, 16), at(3, 17)))


def test_what_the_running_timer_counts_is_not_written_by_hand(
    contract: Contract, bob: User
) -> None:
    timing.start(contract.pk, by=bob, at=at(3, 9, 30))

    with pytest.raises(NotAllowed, match="counts that time"):
        add(contract, bob)
    add(contract, bob, Written(at(3, 9), at(3, 9, 30)))


def test_a_change_replaces_and_words_are_changed_where_they_stand(
    contract: Contract, bob: User
) -> None:
    entry = add(contract, bob)
    same = Written(at(3, 9), at(3, 10), "Phone", "calls")
    longer = Written(at(3, 9), at(3, 10, 30), "Phone", "calls")

    assert time_entries.change(entry.pk, same, by=bob, at=at(3, 18)) == [entry]
    (new,) = time_entries.change(entry.pk, longer, by=bob, at=at(3, 18))

    assert (new.minutes, new.memo, new.replaces) == (90, "Phone", entry)
    assert list(TimeEntry.objects.living()) == [new]
    with pytest.raises(WrongState, match="removed or replaced"):
        time_entries.remove(entry.pk, by=bob, at=at(3, 18))


def test_tracked_time_that_is_shortened_stays_tracked_and_longer_is_by_hand(
    contract: Contract, alice: User, bob: User
) -> None:
    hourly_terms.allow_manual_time(contract.pk, allowed=False, by=alice, at=at(2, 13))
    (entry,) = given.worked(contract, by=bob, start=at(3, 9), minutes=60)
    (short,) = time_entries.change(
        entry.pk, Written(at(3, 9), at(3, 9, 45), "Tickets"), by=bob, at=at(3, 18)
    )

    assert (short.kind, short.timer) == ("tracked", entry.timer)
    with pytest.raises(NotAllowed, match="by hand"):
        time_entries.change(short.pk, Written(at(3, 9), at(3, 11)), by=bob, at=at(3, 18))
    hourly_terms.allow_manual_time(contract.pk, allowed=True, by=alice, at=at(3, 13))
    (longer,) = time_entries.change(short.pk, Written(at(3, 9), at(3, 11)), by=bob, at=at(3, 18))
    assert (longer.kind, longer.timer) == ("manual", None)


def test_only_its_person_corrects_time_and_the_client_names_the_activity(
    contract: Contract, alice: User, bob: User, charlie: User
) -> None:
    entry = add(contract, bob)
    bea = given.member(bob, "Bea", role="approver")

    for other in (alice, bea, charlie):
        with pytest.raises(NotYours):
            time_entries.remove(entry.pk, by=other, at=at(3, 18))
        with pytest.raises(NotYours):
            time_entries.change(entry.pk, NINE_TO_TEN, by=other, at=at(3, 18))
    for other in (bea, charlie):
        with pytest.raises(NotYours):
            time_entries.relabel(entry.pk, "meetings", by=other, at=at(3, 18))
    time_entries.relabel(entry.pk, "meetings", by=alice, at=at(3, 18))

    entry.refresh_from_db()
    assert (entry.activity, entry.memo, entry.removed_at) == ("meetings", "Tickets", None)
    assert AuditEvent.objects.get(deed="time.relabel").facts["was"] == "support"


def test_the_last_minute_for_corrections_is_monday_11_59(contract: Contract, bob: User) -> None:
    entry = add(contract, bob)
    time_entries.change(
        entry.pk, Written(at(3, 9), at(3, 10), "Still time"), by=bob, at=at(9, 11, 59)
    )

    late: dict[str, Any] = {"by": bob, "at": at(9, 12)}  # the sweep has not come by yet
    for deed in (
        partial(time_entries.remove, entry.pk),
        partial(time_entries.relabel, entry.pk, "other"),
        partial(time_entries.add, contract.pk, Written(at(3, 12), at(3, 13))),
    ):
        with pytest.raises(WrongState, match="9 March 2026, 12:00 UTC"):
            deed(**late)
    week = Week.objects.get()
    given.lock(week)
    with pytest.raises(WrongState):
        time_entries.remove(entry.pk, by=bob, at=at(9, 11))
    assert TimeEntry.objects.get().memo == "Still time"


def test_time_is_for_contracts_by_the_hour(alice: User, bob: User) -> None:
    fixed = given.active_contract(client=alice, freelancer=bob)

    with pytest.raises(NotAllowed, match="not paid by the hour"):
        timing.start(fixed.pk, by=bob, at=at(3, 9))
    with pytest.raises(NotAllowed, match="not paid by the hour"):
        hourly_terms.change_limit(fixed.pk, 60, by=alice, at=at(3, 9))


# Terms.


def test_more_an_hour_is_the_clients_to_give_and_less_the_freelancers_to_ask(
    contract: Contract, alice: User, bob: User
) -> None:
    change = partial(hourly_terms.change_rate, contract.pk)
    with pytest.raises(NotYours):
        change(EUR("55.00"), by=bob, at=at(3, 9))
    with pytest.raises(NotYours):
        change(EUR("45.00"), by=alice, at=at(3, 9))
    with pytest.raises(NotAllowed, match="already"):
        change(EUR("50.00"), by=alice, at=at(3, 9))
    change(EUR("55.00"), by=alice, at=at(3, 9), from_monday=True)
    with pytest.raises(NotAllowed, match="later than that"):
        change(EUR("60.00"), by=alice, at=at(3, 10))
    change(EUR("52.00"), by=bob, at=at(10, 9))

    rates = contract.rates.order_by("effective_from")
    assert [(it.effective_from, it.rate) for it in rates][1:] == [
        (at(9, 0), EUR("55.00")),
        (at(10, 9), EUR("52.00")),
    ]
    assert Letter.objects.filter(subject__contains="An hour of").count() == 2


def test_the_limit_is_the_clients_and_a_change_is_told(
    contract: Contract, alice: User, bob: User
) -> None:
    for minutes, words in ((20 * 60, "already"), (0, "more than nothing"), (10_081, "168")):
        with pytest.raises(NotAllowed, match=words):
            hourly_terms.change_limit(contract.pk, minutes, by=alice, at=at(3, 9))
    with pytest.raises(NotYours):
        hourly_terms.change_limit(contract.pk, 60 * 60, by=bob, at=at(3, 9))
    up = hourly_terms.change_limit(contract.pk, 25 * 60, by=alice, at=at(5, 9))
    down = hourly_terms.change_limit(contract.pk, 10 * 60, by=alice, at=at(5, 10))

    assert (up.effective_from, down.effective_from) == (at(2, 0), at(9, 0))
    assert WeeklyLimit.objects.count() == 3
    letters = Letter.objects.filter(subject__contains="limit").order_by("pk")
    assert [letter.email for letter in letters] == ["bob@example.org"] * 2
    assert "from 25 h to 10 h" in letters[1].text


# At the same moment.


@pytest.mark.django_db(transaction=True)
def test_two_tabs_start_one_timer() -> None:
    alice, bob = given.person("alice", country="AT"), given.person("bob", kind="freelancer")
    contracts_ = [given.hourly_contract(client=alice, freelancer=bob) for _ in range(2)]
    starts = [partial(timing.start, it.pk, by=bob, at=at(3, 9)) for it in contracts_]

    assert race(starts * 4) == ["WrongState"] * 7 + ["done"]
    assert Timer.objects.running().count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_entries_at_once_for_the_same_hour_are_one() -> None:
    alice, bob = given.person("alice", country="AT"), given.person("bob", kind="freelancer")
    contracts_ = [given.hourly_contract(client=alice, freelancer=bob) for _ in range(2)]
    adds = [
        partial(time_entries.add, it.pk, NINE_TO_TEN, by=bob, at=at(3, 18)) for it in contracts_
    ]

    assert race(adds * 4) == ["NotAllowed"] * 7 + ["done"]
    assert TimeEntry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_timer_stopped_in_two_tabs_counts_once() -> None:
    alice, bob = given.person("alice", country="AT"), given.person("bob", kind="freelancer")
    contract = given.hourly_contract(client=alice, freelancer=bob)
    timer = timing.start(contract.pk, by=bob, at=at(3, 9))

    deeds = [partial(timing.stop, timer.pk, by=bob, at=at(3, 10))] * 8
    assert race(deeds) == ["WrongState"] * 7 + ["done"]
    assert TimeEntry.objects.get().minutes == 60
