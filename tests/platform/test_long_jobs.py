"""Jobs that may take long have their time, one of them at once, and say that they go on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from billing_site.platform import completer, queue
from billing_site.platform.models import Job
from tests.platform.tasks import runs_of

pytestmark = pytest.mark.django_db
LONG, SHORT = "tests.platform.tasks.write_down", "tests.platform.tasks.go_on"
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _one_is_long(settings: Any) -> None:
    settings.LONG_JOBS = {LONG: 3600, "tests.platform.tasks.sweep": 1800}


def begun(job: Job, *, lease: timedelta = MINUTE) -> None:
    Job.objects.filter(pk=job.pk).update(
        state=Job.State.RUNNING, attempts=1, lease_until=timezone.now() + lease
    )


def test_the_queue_is_told_their_time() -> None:
    queue.later(LONG, subject="a")
    queue.later(SHORT)
    sweep = "tests.platform.tasks.sweep"
    queue.again("billing_site.platform.ticks.sweep", key=f"tick/{sweep}", name=sweep)

    rows = OrmQ.objects.order_by("pk")
    assert [row.task.get("timeout") for row in rows] == [3600, None, 1800]


def test_the_second_waits_and_is_delivered_again() -> None:
    first, second = queue.later(LONG, subject="a"), queue.later(LONG, subject="b")
    begun(first)

    assert queue.run(second.pk) == "nothing to do"
    assert queue.drain() == []

    second.refresh_from_db()
    assert (second.state, second.attempts, runs_of("b")) == ("pending", 0, 0)
    OrmQ.objects.all().delete()
    begun(first, lease=-MINUTE)  # It died, or is over.
    assert completer.complete(now=timezone.now() + MINUTE) == 2
    assert queue.run(second.pk) == "done"


def test_a_job_that_goes_on_keeps_its_lease() -> None:
    job = queue.later(SHORT)

    assert queue.run(job.pk) == "done"

    job.refresh_from_db()
    assert job.lease_until > timezone.now() + MINUTE
    queue.still_at_it()  # Outside of a job it says nothing.
