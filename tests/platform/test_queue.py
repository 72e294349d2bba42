from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from django_q.models import OrmQ

from billing_site.platform import clock, completer, pace, queue, ticks
from billing_site.platform.models import AuditEvent, Job
from tests.platform.tasks import NOON, runs_of

pytestmark = pytest.mark.django_db
WRITE, FAIL = "tests.platform.tasks.write_down", "tests.platform.tasks.write_down_and_fail"


def promise(task: str = WRITE, subject: str = "a", **options: object) -> Job:
    return queue.later(task, subject=subject, **options)  # type: ignore[arg-type]


def grown_stale(job: Job) -> None:
    """Let the time pass after which somebody looks where the job has got to."""
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def taken_by_a_worker() -> None:
    """Let the queue's rows be as after a delivery that nobody has acknowledged."""
    OrmQ.objects.update(lock=timezone.now() + timedelta(seconds=300))


def test_a_job_is_promised_and_delivered_in_one_transaction() -> None:
    job = promise()

    assert (job.state, job.attempts, job.args) == ("pending", 0, {"subject": "a"})
    assert [row.task["args"] for row in OrmQ.objects.all()] == [(job.pk,)]
    assert runs_of("a") == 0


def test_a_promise_goes_with_the_change_that_made_it() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        promise()
        1 / 0  # noqa: B018 - the power goes out

    assert (Job.objects.count(), OrmQ.objects.count()) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_a_job_cannot_be_promised_outside_a_transaction() -> None:
    with pytest.raises(AssertionError, match="call the function instead"):
        promise()

    assert Job.objects.count() == 0


def test_the_same_key_is_the_same_job() -> None:
    assert promise() == promise()
    assert promise(key="b") == promise(subject="else", key="b")

    assert Job.objects.count() == OrmQ.objects.count() == 2


def test_jobs_are_told_ids_only() -> None:
    with pytest.raises(AssertionError, match="ids only"):
        queue.later(WRITE, subject=NOON)  # type: ignore[arg-type]


def test_a_job_delivered_twice_is_done_once() -> None:
    job = promise()

    assert [queue.run(job.pk), queue.run(job.pk)] == ["done", "nothing to do"]

    job = Job.objects.get()
    assert (runs_of("a"), job.state, job.attempts) == (1, "done", 1)
    assert job.finished_at is not None


def test_a_failure_is_kept_and_paused_after() -> None:
    job = promise(FAIL)
    before = timezone.now()

    assert queue.run(job.pk) == "failed"

    job = Job.objects.get()
    assert (job.state, job.attempts) == ("pending", 1)
    assert job.last_error == "ValueError: The mail server\nis away"
    assert job.lease_until >= before + pace.pause_after(1)
    assert completer.complete(now=timezone.now()) == 0


def test_after_five_failures_a_job_is_given_up_aloud() -> None:
    job = promise(FAIL)

    outcomes = [queue.run(job.pk) for _ in range(7)]

    assert outcomes == ["failed"] * 5 + ["nothing to do"] * 2
    assert runs_of("a") == 5
    job = Job.objects.get()
    assert (job.state, job.attempts) == ("dead", 5)
    alert = AuditEvent.objects.get(deed="job.gave_up")
    assert (alert.subject, alert.reason) == (f"job/{job.pk}", "it failed 5 times")


def test_one_bad_job_does_not_keep_others_waiting() -> None:
    promise(FAIL, "bad")
    promise(WRITE, "good")

    with pytest.raises(queue.JobsFailed, match="is away"):
        queue.drain()

    assert (runs_of("bad"), runs_of("good")) == (1, 1)
    assert OrmQ.objects.count() == 0


def test_a_job_of_a_killed_worker_is_delivered_again() -> None:
    job = promise()
    taken_by_a_worker()
    Job.objects.filter(pk=job.pk).update(state="running", attempts=1)
    assert queue.run(job.pk) == "nothing to do"  # while its lease runs, it may be alive
    grown_stale(job)

    assert completer.complete(now=timezone.now()) == 1

    (row,) = OrmQ.objects.all()
    assert row.lock <= timezone.now(), "The new delivery can be taken, the old one is gone."
    assert queue.run(job.pk) == "done"
    assert (runs_of("a"), Job.objects.get().attempts) == (1, 2)


def test_a_job_that_kills_each_worker_is_given_up() -> None:
    job = promise()
    taken_by_a_worker()
    Job.objects.filter(pk=job.pk).update(state="running", attempts=5)
    grown_stale(job)

    assert completer.complete(now=timezone.now()) == 0

    assert Job.objects.get().state == "dead"
    assert AuditEvent.objects.filter(deed="job.gave_up").count() == 1
    assert queue.run(job.pk) == "nothing to do"


def test_a_job_that_stands_in_a_long_queue_is_not_delivered_twice() -> None:
    job = promise()
    grown_stale(job)

    assert completer.complete(now=timezone.now()) == 0

    assert OrmQ.objects.count() == 1
    assert Job.objects.get().lease_until > timezone.now()


def test_a_delivery_that_went_down_with_the_cluster_is_made_good() -> None:
    job = promise()
    OrmQ.objects.all().delete()
    assert completer.complete(now=timezone.now()) == 0
    grown_stale(job)

    assert completer.complete(now=timezone.now()) == 1
    assert completer.complete(now=timezone.now()) == 0

    assert OrmQ.objects.count() == 1


def test_a_delayed_job_waits_for_its_hour_by_our_clock() -> None:
    with clock.pinned(NOON):
        promise(after=NOON + timedelta(hours=1))
        assert OrmQ.objects.count() == 0
        assert completer.complete(now=timezone.now()) == 0
        assert queue.drain() == []
        assert queue.next_due(after=NOON) == NOON + timedelta(hours=1)
    with clock.pinned(NOON + timedelta(hours=1)):
        assert queue.next_due(after=clock.now()) is None
        assert completer.complete(now=timezone.now()) == 1
        assert len(queue.drain()) == 1

    assert runs_of("a") == 1


def test_draining_does_what_follows_too_and_leaves_the_queue_empty() -> None:
    promise(subject="first")
    queue.later("tests.platform.test_queue.promise_more", subject="second")

    assert len(queue.drain()) == 3

    assert (runs_of("first"), runs_of("second")) == (1, 1)
    assert OrmQ.objects.count() == 0


@transaction.atomic
def promise_more(*, subject: str) -> None:
    promise(subject=subject)


class TestSweeps:
    @pytest.fixture(autouse=True)
    def _one_sweep(self, settings: object) -> None:
        settings.TICKS = ["tests.platform.tasks.sweep"]  # type: ignore[attr-defined]

    def test_each_runs_once_a_minute_by_our_clock(self) -> None:
        with clock.pinned(NOON):
            assert ticks.start_all() == 1
            queue.drain()
            assert ticks.start_all() == 1
            queue.drain()

        assert [event.at for event in AuditEvent.objects.all()] == [NOON, NOON]
        assert Job.objects.count() == 1

    def test_what_an_outage_missed_is_one_run(self) -> None:
        assert [ticks.start_all() for _ in range(3)] == [1, 0, 0]

        assert len(queue.drain()) == 1
        assert AuditEvent.objects.count() == 1

    def test_one_that_was_given_up_is_tried_again_later(self) -> None:
        ticks.start_all()
        now = timezone.now()
        Job.objects.update(state="dead", attempts=5, finished_at=now)
        assert ticks.start_all() == 0
        Job.objects.update(finished_at=now - timedelta(minutes=16))

        assert ticks.start_all() == 1
        assert len(queue.drain()) == 1
