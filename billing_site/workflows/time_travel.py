"""Jumping ahead in the demo, as if every day in between had been lived through.

Time stops at each moment at which something falls due, and everything that this moment
causes is finished (provider, events, jobs, sweeps) before it goes on: or day 3's reminder
would run before day 2's payment.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.module_loading import import_string

from billing_site.platform import clock, queue, ticks

# One moment causes a handful of rounds; more means that two sides answer each other for ever.
MOST_ROUNDS = 50
DRAWING = (
    "invoices.tasks.render_invoice",
    "invoices.tasks.render_fee_invoice",
    "records.tasks.render_collective",
)
CHECKING = "billing_site.platform.laws.check"

OnMoment = Callable[[datetime], None]


@dataclass(frozen=True, slots=True)
class Stop:
    """A moment at which something waits to happen."""

    at: datetime
    is_swept: bool  # for a sweep to find it; else a job or the provider has its turn


def advance(by: timedelta, *, on_moment: OnMoment | None = None) -> datetime:
    """Move the demo's clock ahead by *by*, stopping wherever something falls due.

    The worker sees the same time at every stop. Returns the new time.

    :raises NotAllowed: this is not the demo, or *by* would turn the clock back.
    """
    start = clock.running()
    until = start + by
    clock.advance(min(by, timedelta(microseconds=1)))  # Refused before anything is done.

    def arrive(moment: datetime) -> None:
        _catch_up_with(moment)
        if on_moment:
            on_moment(moment)

    walk(start, until, on_moment=arrive)
    _catch_up_with(until)
    return clock.running()


def walk_on(since: datetime, until: datetime, *, seconds: float) -> datetime:
    """Walk the demo's clock from *since* towards *until* for about so long; return how far it came.

    Who goes on from what was returned, until it is *until*, has walked as `advance` does.
    """
    over = time.monotonic() + seconds
    for stop in stops(since, until):
        _catch_up_with(stop.at)
        work_off(stop.at, sweep_first=stop.is_swept)
        if time.monotonic() >= over:
            return stop.at
    work_off(until)
    _catch_up_with(until)
    return until


def walk(
    start: datetime,
    until: datetime,
    *,
    on_moment: OnMoment | None = None,
    leave: Collection[str] = (),
) -> None:
    """Live through (start, until]: at each due moment, arrive there, then do what is due."""
    for stop in stops(start, until):
        if on_moment:
            on_moment(stop.at)
        work_off(stop.at, leave=leave, sweep_first=stop.is_swept)
    work_off(until, leave=leave)


def stops(after: datetime, until: datetime) -> Iterator[Stop]:
    """Each moment in (after, until] at which something waits to happen.

    The next one is looked for when it is asked for: what the last one caused may come first.
    """
    while (stop := next_stop(after)) is not None and stop.at <= until:
        yield stop
        after = stop.at


def next_stop(after: datetime) -> Stop | None:
    """Return the first moment later than *after* at which something waits to happen."""
    swept, called = _first(settings.NEXT_DUE, after), _first(settings.NEXT_CALL, after)
    moment = min((each for each in (swept, called) if each is not None), default=None)
    return None if moment is None else Stop(moment, is_swept=moment == swept)


def work_off(at: datetime, *, leave: Collection[str] = (), sweep_first: bool = True) -> None:
    """Do everything that is due at *at*, and what follows from it, in this process.

    Drawing and checking laws take long and nothing follows from them: those, and the tasks that
    *leave* names, stay for the worker. Sweeps look at each thing that there is: once before, if
    the moment is theirs, and once after whatever was done.
    """
    with clock.pinned(at):
        is_swept = sweep_first
        if sweep_first:
            ticks.sweep_all(at=at)
        for _ in range(MOST_ROUNDS):
            if not _settle(at, leave) and is_swept:
                return
            ticks.sweep_all(at=at)
            is_swept = True
    raise AssertionError(f"Something at {at} never comes to rest.")


def _settle(at: datetime, leave: Collection[str]) -> bool:
    """Let jobs and the provider answer each other until neither has more to say."""
    deliver = import_string(settings.PROVIDER_DELIVERS) if settings.PROVIDER_DELIVERS else None
    something = False
    for _ in range(MOST_ROUNDS):
        ran = bool(queue.drain(leave={*DRAWING, CHECKING, *leave}))
        delivered = bool(deliver(at=at)) if deliver else False
        something = something or ran or delivered
        if not delivered:
            return something
    raise AssertionError(f"Jobs and the provider at {at} never come to rest.")


def _first(sources: list[str], after: datetime) -> datetime | None:
    found = [import_string(name)(after=after) for name in sources]
    return min((moment for moment in found if moment is not None), default=None)


def _catch_up_with(moment: datetime) -> None:
    """Show the moment to every process; a slow stop may have passed it already."""
    if (ahead := moment - clock.running()) > timedelta(0):
        clock.advance(ahead)
