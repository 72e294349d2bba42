"""Jumping ahead in the demo, as if every day in between had been lived through.

Time stops at each moment at which something falls due, and everything that this moment
causes is finished (provider, events, jobs, sweeps) before it goes on: or day 3's reminder
would run before day 2's payment.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
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


def walk(start: datetime, until: datetime, *, on_moment: OnMoment | None = None) -> None:
    """Live through (start, until]: at each due moment, arrive there, then do what is due."""
    moment = start
    while (due := next_due(moment)) is not None and due <= until:
        moment = due
        if on_moment:
            on_moment(moment)
        work_off(moment)
    work_off(until)


def next_due(after: datetime) -> datetime | None:
    """Return the first moment later than *after* at which something waits to happen."""
    found = [import_string(name)(after=after) for name in settings.NEXT_DUE]
    return min((moment for moment in found if moment is not None), default=None)


def work_off(at: datetime, *, leave: Collection[str] = ()) -> None:
    """Do everything that is due at *at*, and what follows from it, in this process.

    Drawing and checking laws take long and nothing follows from them: those, and the tasks that
    *leave* names, stay for the worker.
    """
    deliver = import_string(settings.PROVIDER_DELIVERS) if settings.PROVIDER_DELIVERS else None
    with clock.pinned(at):
        ticks.sweep_all(at=at)
        for _ in range(MOST_ROUNDS):
            done = len(queue.drain(leave={*DRAWING, CHECKING, *leave}))
            done += deliver(at=at) if deliver else 0
            if not done:
                return
            ticks.sweep_all(at=at)
    raise AssertionError(f"Something at {at} never comes to rest.")


def _catch_up_with(moment: datetime) -> None:
    """Show the moment to every process; a slow stop may have passed it already."""
    if (ahead := moment - clock.running()) > timedelta(0):
        clock.advance(ahead)
