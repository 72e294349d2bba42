"""Anything that anybody may do, in any order, with time passing: the laws hold after each step.

A failing example is printed as a little program. The random run prints its seed;
`MACHINE_SEED=…` plays it again.
"""

from __future__ import annotations

import os
import secrets

import hypothesis
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import invariant, run_state_machine_as_test

from tests.machine import beliefs
from tests.machine.deeds import Deeds
from tests.machine.world import business_so_far, check_what_waits_for_the_commit, players

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("machine")]

FIXED = 20301107
QUICK = 8  # examples; each of the two quick runs takes about half a minute on two idle cores
STEPS = 40


class Machine(Deeds):
    @invariant()
    def all_is_well(self) -> None:
        check_what_waits_for_the_commit()
        beliefs.all_is_well()
        self.look()


def run(*, seed: int, examples: int, steps: int) -> None:
    Machine.players = players()
    business_so_far(Machine.players)
    print(f"MACHINE_SEED={seed}")  # noqa: T201 - shown when it fails
    run_state_machine_as_test(
        hypothesis.seed(seed)(Machine),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            print_blob=True,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_the_laws_hold_after_every_step_of_a_fixed_run() -> None:
    run(seed=FIXED, examples=QUICK, steps=STEPS)


@pytest.mark.release
def test_the_laws_hold_after_every_step_of_a_random_run() -> None:
    run(seed=_random_seed(), examples=QUICK, steps=STEPS)


@pytest.mark.release
def test_the_laws_hold_after_every_step_of_a_long_run() -> None:
    run(seed=_random_seed(), examples=2 * QUICK * 10, steps=STEPS)


def _random_seed() -> int:
    return int(os.environ.get("MACHINE_SEED", secrets.randbits(32)))
