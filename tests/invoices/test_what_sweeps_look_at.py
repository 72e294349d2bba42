"""Sweeps that run each minute look at what is due, and not at everything there is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing_site.people.models import User
from billing_site.platform.models import Job
from invoices import tasks
from invoices.models import Contract, Timer
from invoices.services import closing, ending, timing
from tests import given
from tests.given import EUR, NOON

DAY = timedelta(days=1)
LOCKED = "FOR NO KEY UPDATE"


def test_a_timer_that_runs_in_its_time_is_not_read(bob: User, alice: User) -> None:
    contract = given.hourly_contract(client=alice, freelancer=bob)
    timing.start(contract.pk, by=bob, at=NOON + 1 * DAY)
    found = Timer.objects.running()
    monday = NOON - timedelta(hours=12)

    for hours, due in ((11, 0), (13, 1)):
        at = NOON + DAY + timedelta(hours=hours)
        assert found.to_follow(at=at, monday=monday).count() == due, hours
    assert found.to_follow(at=NOON + DAY, monday=monday + 7 * DAY).count() == 1


def test_a_contract_with_something_open_is_not_locked_to_be_closed(alice: User, bob: User) -> None:
    milestone = given.funded_milestone(client=alice, freelancer=bob, price=EUR("100.00"))
    keeps = {milestone.ref: EUR("0.00")}
    ending.end(milestone.contract_id, keeps=keeps, by=alice, at=NOON)
    assert Contract.objects.get(pk=milestone.contract_id).state == Contract.State.ENDING

    with CaptureQueriesContext(connection) as asked:
        assert closing.close_all_done(at=NOON) == []

    assert [each["sql"] for each in asked if LOCKED in each["sql"]] == []


@pytest.mark.django_db
def test_budgets_are_compared_once_an_hour() -> None:
    for minutes in (0, 1, 59, 60):
        tasks.tell_of_budgets(at=NOON + timedelta(minutes=minutes))

    assert Job.objects.filter(task="invoices.tasks.compare_budgets").count() == 2
