"""Time written by hand, and corrections of all time until its week is billed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people.models import User
from billing_site.platform import audit
from invoices.models import Contract, TimeEntry, Timer, Week
from invoices.services.logging_time import (
    Span,
    Work,
    check_worker,
    refuse_if_billed,
    whole_minute,
    write,
)
from invoices.services.repeating import is_repeated, sent
from payments.models import Restriction
from payments.services.restricting import refuse_if_restricted

MOST_MINUTES = 12 * 60  # written by hand at once, as the longest run of a timer


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody writes down: [start, end) in whole minutes, and what they call it."""

    start: datetime
    end: datetime
    memo: str = ""
    activity: str = ""

    @property
    def span(self) -> Span:
        return self.start, self.end


@transaction.atomic
def add(
    contract_id: int, written: Written, *, by: User, at: datetime, op_id: UUID | None = None
) -> list[TimeEntry]:
    """Log time by hand, where the client allows it; one entry for each week that it touches.

    :raises NotYours: *by* does not work for the freelancer's side.
    :raises WrongState: the contract is not active, or the week is billed.
    :raises NotAllowed: manual time is not allowed, lies ahead, or overlaps the person's other time.
    """
    contract = Contract.objects.lock(contract_id)
    form = sent(by, "time.add", f"contract/{contract.ref}", op_id=op_id, at=at)
    if form.is_again:
        return list(contract.entries.filter(ref__in=form.made).order_by("pk"))
    check_worker(contract, by)
    _refuse_if_restricted(contract, written, by)
    _refuse_by_hand(contract)
    _check_span(contract, written, by, at=at)
    entries = write(Work(contract, by, written.memo, written.activity), written.span, at=at)
    form.makes(*entries)
    return entries


@transaction.atomic
def change(
    entry_id: int, written: Written, *, by: User, at: datetime, op_id: UUID | None = None
) -> list[TimeEntry]:
    """Correct an entry of one's own. Tracked time that is only shortened stays tracked.

    Other times replace the entry, which is kept as removed; words are changed where they stand.

    :raises NotYours: it is somebody else's.
    :raises WrongState: its week is billed, or the entry was removed.
    :raises NotAllowed: as for `add`.
    """
    contract, entry = _locked(entry_id, by=by, at=at)
    if is_repeated(by, "time.change", f"time/{entry.ref}", op_id=op_id, at=at):
        return [entry]
    if written.span == (entry.started_at, entry.ended_at):
        entry.memo, entry.activity = written.memo, written.activity
        entry.save()
        return [entry]
    is_shorter = entry.started_at <= written.start and written.end <= entry.ended_at
    if not is_shorter:  # It would be other hours, or more of them.
        _refuse_if_restricted(contract, written, by)
    timer = entry.timer if is_shorter else None
    if timer is None:
        _refuse_by_hand(contract)
    _check_span(contract, written, by, at=at)
    _remove(entry, by=by, at=at)
    work = Work(contract, by, written.memo, written.activity, timer)
    return write(work, written.span, at=at, replaces=entry)


@transaction.atomic
def remove(entry_id: int, *, by: User, at: datetime) -> TimeEntry:
    """Take time of one's own back, until its week is billed. It is kept, and does not count."""
    _, entry = _locked(entry_id, by=by, at=at)
    _remove(entry, by=by, at=at)
    return entry


@transaction.atomic
def relabel(entry_id: int, activity: str, *, by: User, at: datetime) -> TimeEntry:
    """Say anew what kind of work it was. The client may do this much, and no more.

    :raises NotYours: *by* belongs to neither side, or may not speak for it.
    :raises WrongState: the week is billed, or the entry was removed.
    """
    contract, entry = _found(entry_id, at=at)
    if entry.person_id != by.pk and not contract.client_may_offer(by):
        raise NotYours(f"It is not for {by} to name the activity.")
    audit.record(by, "time.relabel", f"time/{entry.ref}", at=at, was=entry.activity, now=activity)
    entry.activity = activity
    entry.save()
    return entry


def _locked(entry_id: int, *, by: User, at: datetime) -> tuple[Contract, TimeEntry]:
    contract, entry = _found(entry_id, at=at)
    if entry.person_id != by.pk:
        raise NotYours(f"This is the time of {entry.person}, and only they correct it.")
    check_worker(contract, by)
    return contract, entry


def _found(entry_id: int, *, at: datetime) -> tuple[Contract, TimeEntry]:
    """Lock from the top: the contract, the week, and with it all of its time."""
    found = TimeEntry.objects.values_list("contract_id", "week_id").get(pk=entry_id)
    contract_id, week_id = found
    contract = Contract.objects.lock(contract_id)
    week = Week.objects.lock(week_id)
    entry = TimeEntry.objects.select_related("person", "timer").get(pk=entry_id)
    refuse_if_billed(week, at=at)
    if entry.removed_at is not None:
        raise WrongState("This time was removed or replaced. Look at the week again.")
    if contract.state == Contract.State.ENDED:
        raise WrongState(f"{contract} has ended: its time stays as it is.")
    return contract, entry


def _remove(entry: TimeEntry, *, by: User, at: datetime) -> None:
    audit.record(by, "time.remove", f"time/{entry.ref}", at=at, minutes=entry.minutes)
    entry.removed_at = at
    entry.save()


def _refuse_if_restricted(contract: Contract, written: Written, by: User) -> None:
    hours = Restriction.Scope.HOURS
    refuse_if_restricted(hours, contract.freelancer, by, done_by=written.end)


def _refuse_by_hand(contract: Contract) -> None:
    if not contract.allows_manual_time:
        raise NotAllowed(
            f"{contract.client} does not allow time written by hand on {contract}. "
            "Use the timer, or ask them to allow it."
        )
    if contract.state != Contract.State.ACTIVE:
        raise WrongState(
            f"No time can be logged on {contract} now: it is {contract.get_state_display()}."
        )


def _check_span(contract: Contract, written: Written, by: User, *, at: datetime) -> None:
    start, end = written.span
    assert contract.accepted_at, "It was accepted, or nobody could log time on it."
    assert start == whole_minute(start), "Forms read whole minutes."
    assert end == whole_minute(end), "Forms read whole minutes."
    if end <= start:
        raise NotAllowed("The end has to be later than the start.")
    if (end - start).total_seconds() > MOST_MINUTES * 60:
        raise NotAllowed("One entry is at most 12 hours long.")
    if end > at:
        raise NotAllowed("This time has not passed yet. Log it once it has.")
    if start < whole_minute(contract.accepted_at):
        raise NotAllowed(f"{contract} began on {contract.accepted_at:%-d %B %Y, %H:%M} UTC.")
    running = Timer.objects.running().filter(person=by, written_until__lt=end).first()
    if running is not None:
        raise NotAllowed(
            f"Your timer runs since {running.started_at:%H:%M} UTC and counts that time. "
            "Stop it first."
        )
