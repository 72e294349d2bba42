"""The year is lived through: every deed in its order, and all that falls due in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from random import Random

from django.db import connection

from billing_site.platform import clock
from billing_site.workflows import time_travel
from billing_site.workflows.demo_world import strays, tidying
from billing_site.workflows.demo_world.acts import ContractPlay
from billing_site.workflows.demo_world.bills import BillPlay
from billing_site.workflows.demo_world.plans import moments_of_plans
from billing_site.workflows.demo_world.purses import earn
from billing_site.workflows.demo_world.questions import moments_of_questions
from billing_site.workflows.demo_world.roster import BEFOREHAND, Roster, take_seats
from billing_site.workflows.demo_world.scripts import moments
from billing_site.workflows.demo_world.standard_texts import moments_of_texts
from billing_site.workflows.demo_world.trades import Engagement, engagements

OnDeed = Callable[[int, int], None]  # deeds done, of how many
INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Cue:
    at: datetime
    act: Callable[..., None]  # act(at=…)


def play(*, seed: int, on_deed: OnDeed | None = None) -> None:
    """Live through all that is scripted, up to now. *seed* decides hours and who approves.

    Each deed commits by itself; a world that was interrupted is to be started afresh.
    """
    now, dice = clock.now(), Random(seed)  # noqa: S311 - for the looks of it
    with connection.cursor() as cursor:  # Should the machine die meanwhile, one starts anew.
        cursor.execute("SET synchronous_commit = off")
    reached = now - max(deed.ago for each in engagements() for deed in each.steps) - BEFOREHAND
    strays.leave_the_nights_out(until=now)
    cues = _cues(take_seats(at=reached), now=now, dice=dice)
    for done, cue in enumerate([*cues, Cue(now, tidying.leave_to_the_worker)], start=1):
        _live_through(reached, min(cue.at, now - INSTANT))
        with clock.pinned(cue.at):
            cue.act(at=cue.at)
        if cue.at < now:
            _rest(cue.at)
        reached = cue.at
        if on_deed:
            on_deed(done, len(cues) + 1)


def _cues(roster: Roster, *, now: datetime, dice: Random) -> list[Cue]:
    """Every deed with its moment, in order."""
    cues = [cue for told in engagements() for cue in _contract(told, roster, now=now, dice=dice)]
    for key, firm in roster.firms.items():
        told = moments(firm.steps, now=now, dice=dice, at_weekends=True)
        for deed, at in zip(firm.steps, told, strict=True):
            cues.append(Cue(at, partial(earn, roster, key, deed)))
    cues += [Cue(at, act) for at, act in moments_of_questions(roster, now=now)]
    cues += [Cue(at, act) for at, act in moments_of_texts(roster, now=now)]
    cues += [Cue(at, act) for at, act in strays.moments_of_strays(roster, now=now)]
    cues += [Cue(at, act) for at, act in moments_of_plans(roster, now=now)]
    return sorted(cues, key=lambda cue: cue.at)


def _contract(told: Engagement, roster: Roster, *, now: datetime, dice: Random) -> Iterator[Cue]:
    play = ContractPlay(told, roster, Random(dice.random()))  # noqa: S311 - likewise
    for deed, at in zip(told.steps, moments(told.steps, now=now, dice=dice), strict=True):
        yield Cue(at, partial(play.step, deed))
    for position, work in enumerate(told.work):
        for deed, at in zip(work.steps, moments(work.steps, now=now, dice=dice), strict=True):
            yield Cue(at, partial(play.work, position, deed))
    for bill in told.bills:
        written = BillPlay(told, bill, roster)
        for deed, at in zip(bill.steps, moments(bill.steps, now=now, dice=dice), strict=True):
            yield Cue(at, partial(play.bill, written, deed))


def _live_through(since: datetime, until: datetime) -> None:
    """Let happen what falls due in between, each thing at its own time."""
    for stop in time_travel.stops(since, until):
        _rest(stop.at, sweep_first=stop.is_swept)


def _rest(moment: datetime, *, sweep_first: bool = False) -> None:
    time_travel.work_off(moment, leave=tidying.LEFT, sweep_first=sweep_first)
    tidying.forget_deliveries()
