"""Two sides, mediators, banks and the clock, in any order: what must hold does after each step.

A step that was refused was undone by the database, so nothing is asked after it. When an example
is over, all laws of the product are asked. `MACHINE_SEED=…` plays a random run again.
"""

from __future__ import annotations

import os
import secrets
from typing import ClassVar

import hypothesis
import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import invariant, run_state_machine_as_test

from disputes.models import Dispute
from tests.machine import case_beliefs
from tests.machine.beliefs import laws_hold
from tests.machine.case_deeds import Cases
from tests.machine.case_world import Cast
from tests.machine.world import Example, check_what_waits_for_the_commit

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("machine")]

FIXED = 20301108
PHASES = [Phase.generate, Phase.shrink]
EXAMPLES, STEPS = 55, 50  # of each of the two quick runs: 5,000 steps together; some end early


class CaseMachine(Cases):
    steps: ClassVar[int] = 0
    reached: ClassVar[set[str]] = set()

    def __init__(self) -> None:
        super().__init__()
        self.example, self.memory = Example(), case_beliefs.Memory()

    @invariant()
    def all_is_well(self) -> None:
        CaseMachine.steps += 1
        if not self.has_changed:
            return
        self.has_changed = False
        check_what_waits_for_the_commit()
        case_beliefs.hold()
        self.memory.compare()
        CaseMachine.reached.update(Dispute.objects.values_list("state", flat=True))

    def teardown(self) -> None:
        try:
            if not connection.needs_rollback:
                laws_hold()
        finally:
            self.example.undo()


def run(*, seed: int, examples: int, steps: int) -> None:
    CaseMachine.steps, CaseMachine.reached = 0, set()
    CaseMachine.cast = Cast()
    CaseMachine.cast.disagrees()
    print(f"MACHINE_SEED={seed}")  # noqa: T201 - shown when it fails
    run_state_machine_as_test(
        hypothesis.seed(seed)(CaseMachine),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            print_blob=True,
            phases=PHASES,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_cases_of_a_fixed_run() -> None:
    run(seed=FIXED, examples=EXAMPLES, steps=STEPS)
    missed = set(Dispute.State.values) - CaseMachine.reached
    assert len(missed) <= 3, f"It comes less far than it did: {missed}"


def test_cases_of_a_random_run() -> None:
    run(seed=_random_seed(), examples=EXAMPLES, steps=STEPS)


@pytest.mark.release
def test_cases_of_a_long_run() -> None:
    run(seed=_random_seed(), examples=560, steps=100)
    assert CaseMachine.steps >= 50_000


def _random_seed() -> int:
    return int(os.environ.get("MACHINE_SEED", secrets.randbits(32)))
