"""The clock of a person: one at a time, on one contract, whether a browser is open or not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from billing_site.kernel.periods import week_bounds, week_of
from billing_site.kernel.sweeping import one_by_one
from billing_site.kernel.transitions import NotYours, WrongState
from billing_site.people.models import User
from invoices.models import Contract, TimeEntry, Timer
from invoices.services.logging_time import Work, check_worker, free_parts, whole_minute, write
from invoices.services.repeating import sent
from invoices.services.telling import notify_person
from payments.models import Restriction
from payments.services.restricting import refuse_if_restricted


@transaction.atomic
def start(
    contract_id: int,
    *,
    by: User,
    at: datetime,
    memo: str = "",
    activity: str = "",
    op_id: UUID | None = None,
) -> Timer:
    """Start the clock of *by* on an active contract by the hour.

    :raises NotYours: *by* does not work for the freelancer's side.
    :raises WrongState: the contract is not active, or a timer of theirs runs already.
    """
    contract = Contract.objects.lock(contract_id)
    form = sent(by, "timer.start", f"contract/{contract.ref}", op_id=op_id, at=at)
    if form.is_again:
        return Timer.objects.of(by).get(ref__in=form.made)
    check_worker(contract, by)
    refuse_if_restricted(Restriction.Scope.HOURS, contract.freelancer, by)
    if contract.state != Contract.State.ACTIVE:
        raise WrongState(
            f"No time can be logged on {contract} now: it is {contract.get_state_display()}."
        )
    try:
        with transaction.atomic():
            timer = Timer.objects.create(
                person=by,
                contract=contract,
                memo=memo,
                activity=activity,
                started_at=at,
                written_until=whole_minute(at),
            )
    except IntegrityError as error:
        raise WrongState(_already_running(by)) from error
    return form.answer(timer)


@transaction.atomic
def stop(
    timer_id: int,
    *,
    by: User,
    at: datetime,
    memo: str | None = None,
    activity: str | None = None,
) -> list[TimeEntry]:
    """Stop the clock and write down what it counted, in whole minutes of this person's own.

    A run of less than a minute leaves nothing. Minutes that the person has written down by
    hand meanwhile are not counted again. A *memo* or *activity* that is given replaces the first.

    :raises NotYours: it is not the timer of *by*.
    :raises WrongState: it was stopped before.
    """
    timer = _locked(timer_id, by=by)
    if memo is not None:
        timer.memo = memo
    if activity is not None:
        timer.activity = activity
    return _end(timer, Timer.Ending.STOPPED, at=at)


@transaction.atomic
def discard(timer_id: int, *, by: User, at: datetime) -> Timer:
    """Stop the clock and forget what is not written down yet."""
    timer = _locked(timer_id, by=by)
    timer.ended_at, timer.ending = at, Timer.Ending.DISCARDED
    timer.save()
    return timer


def stop_with_contract(contract: Contract, *, at: datetime) -> list[Timer]:
    """Stop whatever runs on a contract that is paused or ends. It is locked."""
    running = Timer.objects.running().filter(contract=contract).order_by("pk")
    stopped = [Timer.objects.lock(pk) for pk in running.values_list("pk", flat=True)]
    for timer in stopped:
        timer.contract = contract
        _end(timer, Timer.Ending.CONTRACT, at=at)
    return stopped


def follow_the_clock(*, at: datetime) -> list[Timer]:
    """Stop timers that were forgotten, and write down what ran before Monday, each on its own.

    Run before weeks are locked: no minute of a week may still be on a clock then.
    """
    monday, _ = week_bounds(week_of(at))
    keys = [timer.pk for timer in _due(at=at, monday=monday)]
    return one_by_one(keys, lambda pk: _follow(pk, at=at), to="follow timer")


def _due(*, at: datetime, monday: datetime) -> Iterable[Timer]:
    return Timer.objects.running().to_follow(at=at, monday=monday).order_by("started_at", "pk")


@transaction.atomic
def _follow(timer_id: int, *, at: datetime) -> Timer:
    timer = _locked(timer_id)
    if timer.stops_at <= at:
        _end(timer, Timer.Ending.FORGOTTEN, at=timer.stops_at)
        _tell_forgotten(timer)
        return timer
    monday, _ = week_bounds(week_of(at))
    if timer.written_until < monday:
        _write_until(timer, monday, at=monday)
        timer.save()
    return timer


def _locked(timer_id: int, *, by: User | None = None) -> Timer:
    """Lock from the top: the contract, then the timer, which has to run still."""
    found = Timer.objects.values_list("contract_id", "person_id").get(pk=timer_id)
    contract_id, person_id = found
    if by is not None and person_id != by.pk:
        raise NotYours("A timer is stopped by whom it is for.")
    contract = Contract.objects.lock(contract_id)
    timer = Timer.objects.lock(timer_id)
    timer.contract = contract
    if timer.ended_at is not None:
        raise WrongState(
            f"This timer does not run any more: it was {timer.get_ending_display()} "
            f"on {timer.ended_at:%-d %B, %H:%M} UTC."
        )
    return timer


def _end(timer: Timer, ending: Timer.Ending, *, at: datetime) -> list[TimeEntry]:
    at = min(at, timer.stops_at)  # A late sweep gives nobody more than the longest run.
    entries = _write_until(timer, at, at=at)
    timer.ended_at, timer.ending = max(at, timer.started_at), ending
    timer.save()
    return entries


def _write_until(timer: Timer, until: datetime, *, at: datetime) -> list[TimeEntry]:
    span = (timer.written_until, whole_minute(until))
    timer.written_until = max(*span)
    work = Work(timer.contract, timer.person, timer.memo, timer.activity, timer)
    written: list[TimeEntry] = []
    for part in free_parts(timer.person, span):
        written += write(work, part, at=at)
    return written


def _already_running(person: User) -> str:
    running = Timer.objects.running().filter(person=person).select_related("contract").first()
    if running is None:
        return "Another timer of yours was started at the same moment."
    return (
        f"Your timer runs on {running.contract} since {running.started_at:%H:%M} UTC. "
        "Stop it first: one runs at a time."
    )


def _tell_forgotten(timer: Timer) -> None:
    notify_person(
        timer.person,
        f"Your timer on {timer.contract} stopped by itself after 12 hours. "
        "Look at the week and correct it.",
        thing=timer.contract,
        key=f"timer/{timer.ref}/forgotten",
        at=timer.stops_at,
    )
