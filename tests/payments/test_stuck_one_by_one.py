"""Calls that were not answered are made again, each by a job of its own."""

from __future__ import annotations

from datetime import timedelta

from billing_site.kernel.transitions import SYSTEM
from billing_site.people.models import User
from billing_site.platform import clock, queue
from billing_site.platform.models import Job
from payments import tasks
from payments.models import GatewayCommand
from payments.services import escrow
from tests import given_payments as given
from tests.given_payments import DAY, NOON

THE_END = SYSTEM("the contract ended")
LATER = NOON + 2 * DAY
AGAIN = "payments.tasks.call_again"


def test_each_is_called_by_a_job_of_its_own_as_often_as_it_is_due(alice: User, bob: User) -> None:
    for _ in range(2):
        held = given.held_escrow(client=alice, freelancer=bob)
        escrow.refund(held.pk, reason="The work ended.", by=THE_END, at=NOON)
    refunds = GatewayCommand.objects.filter(refund__isnull=False)
    jobs = Job.objects.filter(task=AGAIN)

    refunds.update(state="unknown", attempts=1, next_try_at=LATER)
    with clock.pinned(LATER):
        tasks.run_stuck_commands(at=LATER - timedelta(seconds=1))
        assert not jobs.exists()
        tasks.run_stuck_commands(at=LATER)
        tasks.run_stuck_commands(at=LATER)
        assert jobs.filter(state="pending").count() == jobs.count() == 2
        queue.drain()
        assert set(refunds.values_list("state", "attempts")) == {("done", 2)}
        assert jobs.filter(state="done").count() == 2
        refunds.update(state="unknown")  # As if it had not been answered after all.
        tasks.run_stuck_commands(at=LATER)
        assert not jobs.filter(state="pending").exists(), "Time that stands still comes to rest."
        tasks.run_stuck_commands(at=LATER + timedelta(minutes=1))
    assert jobs.filter(state="pending").count() == 2
