"""A process is killed wherever it commits: after a restart nothing is lost, nothing doubled.

Ten operations, each in copies of one world. First it runs undisturbed; then, once for every
commit that it made, it is killed before that commit. Another process begins anew: whoever
pressed a button presses it again, work that nobody finished is delivered again, and the sweeps
run. The books, the documents and the provider's records are those of the undisturbed run.
"""

from __future__ import annotations

import signal
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from billing_site.platform import clock, completer
from billing_site.workflows import time_travel
from tests.crashes.dying import Moments, copy_of, in_a_process
from tests.crashes.operations import OPERATIONS, Deed, Operation
from tests.crashes.outcome import Outcome, assert_sound, outcome
from tests.given_world import DAY, LETTERS, live

pytestmark = pytest.mark.django_db(transaction=True)
# What has nothing to do with these ten, and would be looked for at every stop.
IDLE = ("budgets", "rates", "quotes", "dormant", "quiet", "retainers", "exports", "seal", "audit")


@pytest.fixture(autouse=True)
def _impatient(settings: Any) -> None:
    """Nobody else is at work: what a dead process had taken is free at once."""
    settings.JOB_PACE = 0
    settings.TICKS = [tick for tick in settings.TICKS if not any(word in tick for word in IDLE)]


def run(operation: Operation, deed: Deed, moments: Moments) -> list[str]:
    """Do it, and let all happen that follows, until it is over or this process is killed."""
    moments.watch()
    carry_out(operation, deed)
    return moments.passed


def carry_out(operation: Operation, deed: Deed) -> None:
    with clock.pinned(operation.at):
        deed(operation.at)
    time_travel.work_off(operation.at, leave=[LETTERS])
    live(operation.at, operation.until)


def begin_anew(operation: Operation, deed: Deed) -> Outcome:
    completer.complete(now=timezone.now())
    carry_out(operation, deed)
    live(operation.until, operation.until + DAY)
    with clock.pinned(operation.until + DAY):
        return outcome(at=operation.until + DAY)


def killed(operation: Operation, deed: Deed, world: str, die_at: int) -> Outcome:
    """What there is after it was killed before commit *die_at*, and begun anew."""
    with copy_of(world) as copy:
        code, _ = in_a_process(copy, lambda: run(operation, deed, Moments(die_at=die_at)))
        assert code == -signal.SIGKILL
        code, found = in_a_process(copy, lambda: begin_anew(operation, deed))
        assert code == 0, found
    return found


def undisturbed(operation: Operation, deed: Deed, world: str) -> tuple[list[str], Outcome]:
    """Where it commits, and what there is in the end."""
    with copy_of(world) as copy:
        code, commits = in_a_process(copy, lambda: run(operation, deed, Moments()))
        assert code == 0, commits
        code, found = in_a_process(copy, lambda: begin_anew(operation, deed))
        assert code == 0, found
    assert_sound(found)
    return commits, found


def assert_nothing_is_lost(name: str, *, everywhere: bool) -> None:
    operation = OPERATIONS[name]
    deed, world = operation.prepare(), connections["default"].settings_dict["NAME"]
    commits, expected = undisturbed(operation, deed, world)
    for die_at in range(len(commits)) if everywhere else [len(commits) // 2]:
        found = killed(operation, deed, world, die_at)
        assert found == expected, f"killed before commit {die_at}, at {commits[die_at]}"


@pytest.mark.parametrize("name", OPERATIONS)
def test_killed_half_way(name: str) -> None:
    assert_nothing_is_lost(name, everywhere=False)


@pytest.mark.release
@pytest.mark.parametrize("name", OPERATIONS)
def test_killed_at_every_commit(name: str) -> None:
    assert_nothing_is_lost(name, everywhere=True)
