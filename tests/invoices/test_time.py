"""Logging time: who may, when, and what is refused in words without leaving a trace."""

from __future__ import annotations

from functools import partial
from uuid import uuid4

import pytest

from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people.models import User
from billing_site.platform.models import Letter
from invoices.models import Contract, TimeEntry, Timer, WeeklyLimit
from invoices.services import contracts, ending, hourly_terms, timing
from tests import given
from tests.given import EUR
from tests.invoices._race import race
from tests.invoices.logged import add
from tests.invoices.march import at


@pytest.fixture
def contract(alice: User, bob: User) -> Contract:
    return given.hourly_contract(client=alice, freelancer=bob)


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
def test_a_timer_stopped_in_two_tabs_counts_once() -> None:
    alice, bob = given.person("alice", country="AT"), given.person("bob", kind="freelancer")
    contract = given.hourly_contract(client=alice, freelancer=bob)
    timer = timing.start(contract.pk, by=bob, at=at(3, 9))

    deeds = [partial(timing.stop, timer.pk, by=bob, at=at(3, 10))] * 8
    assert race(deeds) == ["WrongState"] * 7 + ["done"]
    assert TimeEntry.objects.get().minutes == 60
