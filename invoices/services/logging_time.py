"""How time gets into its weeks: cut at Monday midnight UTC, one piece a week, never twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from billing_site.kernel.periods import week_bounds, week_of
from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people.models import User
from invoices.models import Contract, TimeEntry, Timer, Week
from invoices.services.telling import date_words

MINUTE = timedelta(minutes=1)
Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Work:
    """Who worked on what, and what they call it."""

    contract: Contract
    person: User
    memo: str = ""
    activity: str = ""
    timer: Timer | None = None  # what tracked it; without one it is manual


def write(
    work: Work, span: Span, *, at: datetime, replaces: TimeEntry | None = None
) -> list[TimeEntry]:
    """Write *span* down, as an entry for each week that it touches. The contract is locked.

    :raises WrongState: a week that it touches is billed.
    :raises NotAllowed: the person has time there already.
    """
    written: list[TimeEntry] = []
    for piece in by_week(span):
        written.append(_write_piece(work, piece, replaces if not written else None, at=at))
    return written


def by_week(span: Span) -> Iterator[Span]:
    """Cut *span* where a billing week ends."""
    start, end = span
    while start < end:
        _, next_week = week_bounds(week_of(start))
        yield start, min(end, next_week)
        start = next_week


def free_parts(person: User, span: Span) -> list[Span]:
    """Return what of *span* the person has no entry for yet."""
    start, end = span
    free = []
    taken = TimeEntry.objects.living().filter(person=person).between(start, end)
    for entry in sorted(taken, key=lambda each: each.started_at):
        if entry.started_at > start:
            free.append((start, entry.started_at))
        start = max(start, entry.ended_at)
    return [*free, (start, end)] if start < end else free


def whole_minute(moment: datetime) -> datetime:
    """The minute that *moment* lies in. A run is counted from minute to minute."""
    return moment.replace(second=0, microsecond=0)


def open_week(contract: Contract, moment: datetime, *, at: datetime) -> Week:
    """Return the week of *moment*, locked and open for corrections; begin it if it is new.

    :raises WrongState: it is billed, or its time for corrections is over.
    """
    week, _ = Week.objects.get_or_create(contract=contract, starts_on=week_of(moment))
    week = Week.objects.lock(week.pk)
    refuse_if_billed(week, at=at)
    return week


def refuse_if_billed(week: Week, *, at: datetime) -> None:
    """A late sweep is no reason to change what should be billed by now."""
    if week.state != Week.State.OPEN or at >= week.locks_at:
        raise WrongState(
            f"The week from {week.starts_on:%-d %B} could be corrected until "
            f"{date_words(week.locks_at)}. It is billed as it is."
        )


def check_worker(contract: Contract, by: User) -> None:
    if not contract.freelancer_may_work(by):
        raise NotYours(f"It is not for {by} to log time on {contract}.")
    if not contract.is_hourly:
        raise NotAllowed(f"{contract} is not paid by the hour.")


def _write_piece(work: Work, piece: Span, replaces: TimeEntry | None, *, at: datetime) -> TimeEntry:
    start, end = piece
    week = open_week(work.contract, start, at=at)
    try:
        with transaction.atomic():
            return TimeEntry.objects.create(
                week=week,
                contract=work.contract,
                person=work.person,
                timer=work.timer,
                replaces=replaces,
                during=DateTimeTZRange(start, end),
                minutes=(end - start) // MINUTE,
                kind=TimeEntry.Kind.TRACKED if work.timer else TimeEntry.Kind.MANUAL,
                memo=work.memo,
                activity=work.activity,
                created_at=at,
            )
    except IntegrityError as error:
        raise NotAllowed(_overlap(work, piece, error)) from error


def _overlap(work: Work, piece: Span, error: DatabaseError) -> str:
    if "nobody_works_twice_at_a_time" not in str(error):
        raise error
    other = TimeEntry.objects.living().filter(person=work.person).between(*piece).first()
    if other is None:
        return "There is time at these hours already. Nothing was logged."
    return (
        f"There is time from {other.started_at:%H:%M} to {other.ended_at:%H:%M} UTC on "
        f"{other.started_at:%-d %B} already, on {other.contract}. Nothing was logged."
    )
