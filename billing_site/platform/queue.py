"""Jobs: promised inside a transaction, kept even when a process is killed half-way.

The queue itself (django-q2, its table beside the data) delivers at least once, and can
lose track of what it delivered. So each piece of work is a `Job` row that is claimed under
a lock, counts its attempts before it starts, and is delivered again by the completer when
nobody seems to have it. What a job does must bear being done twice all the same.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Min, Q, QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string
from django_q.models import OrmQ
from django_q.tasks import async_task

from billing_site.kernel.transitions import SYSTEM
from billing_site.platform import audit, clock, heartbeats, long_jobs, pace
from billing_site.platform.models import Job

logger = logging.getLogger(__name__)
RUN = "billing_site.platform.queue.run"
_at_hand: ContextVar[Job | None] = ContextVar("job", default=None)  # which this process runs


class JobsFailed(Exception):
    """Some of the work that was due could not be done; each line names a job and its error."""


def later(
    task: str, *, key: str | None = None, after: datetime | None = None, **ids: int | str
) -> Job:
    """Have the worker call *task* (dotted) with *ids* once this transaction has committed.

    The same *key* is the same job, done once; it is the task and its ids where none is
    given. With *after*, not before that moment of the platform's clock.
    """
    return _promise(task, key=key, after=after, ids=ids)[0]


@transaction.atomic
def again(task: str, *, key: str, **ids: int | str) -> bool:
    """Start a recurring job, or start it anew if it has finished; tell whether it had.

    A slow or a waiting run is left alone, so that an outage is followed by one run, not
    by all that were missed. One that was given up is tried again after a quarter of an hour.
    """
    job, is_new = _promise(task, key=key, after=None, ids=ids)
    if is_new:
        return True
    now = timezone.now()
    job = Job.objects.select_for_update(no_key=True).get(pk=job.pk)
    is_over = job.state == Job.State.DONE or (
        job.state == Job.State.DEAD
        and job.finished_at is not None
        and job.finished_at < now - pace.scaled(900)
    )
    if not is_over:
        return False
    job.state, job.attempts, job.finished_at = Job.State.PENDING, 0, None
    job.lease_until = now + pace.scaled(pace.UNCLAIMED)
    job.save(update_fields=["state", "attempts", "finished_at", "lease_until"])
    deliver(job)
    return True


def run(job_id: int) -> str:
    """Do the job, unless it is done or somebody else is at it. This is what the queue calls."""
    job = _claim(job_id)
    if job is None:
        return "nothing to do"
    before = _at_hand.set(job)
    try:
        import_string(job.task)(**job.args)
    except Exception as error:
        # One bad job is ours to look into, and no reason to keep others waiting.
        logger.exception("Job %s failed (attempt %s)", job.key, job.attempts)
        _fail(job, error)
        outcome = "failed"
    else:
        _finish(job)
        outcome = "done"
    finally:
        _at_hand.reset(before)
    heartbeats.felt(at=timezone.now())
    return outcome


def still_at_it() -> None:
    """Say that the job at hand goes on, so that nobody else begins it. For those that take long."""
    job = _at_hand.get()
    if job is not None:
        _mine(job).update(lease_until=timezone.now() + pace.lease())


def drain(*, leave: Collection[str] = ()) -> list[Job]:
    """Do here and now what is due by the platform's clock, what follows from it, and so on.

    For whoever jumps through time: seeds, the demo's clock, tests. The tasks that *leave*
    names stay for the worker.

    :raises JobsFailed: in the end, if any of it failed.
    """
    ran: list[Job] = []
    failed: list[str] = []
    others: list[int] = []  # which a worker has, or has to wait
    while job := _next_due(leave, others):
        outcome = run(job.pk)
        if outcome == "nothing to do":
            others.append(job.pk)
            continue
        if outcome == "failed":
            job.refresh_from_db()
            failed.append(f"{job.key}: {job.last_error.splitlines()[-1]}")
        ran.append(job)
    if ran:
        done = {job.pk for job in ran}
        rows = [row.pk for pk, rows in deliveries().items() if pk in done for row in rows]
        OrmQ.objects.filter(pk__in=rows).delete()
    if failed:
        raise JobsFailed("\n".join(failed))
    return ran


def next_due(*, after: datetime) -> datetime | None:
    """Return when, later than *after*, the next delayed job's hour comes."""
    waiting = Job.objects.filter(state=Job.State.PENDING, after__gt=after)
    return waiting.aggregate(first=Min("after"))["first"]


def deliver(job: Job) -> None:
    """Put the job into the queue, in the transaction of whoever asks."""
    async_task(RUN, job.pk, q_options={"save": False, **long_jobs.options(job)})


def _promise(
    task: str, *, key: str | None, after: datetime | None, ids: dict[str, int | str]
) -> tuple[Job, bool]:
    assert connection.in_atomic_block, "Nothing to wait for: call the function instead."
    assert all(isinstance(value, int | str) for value in ids.values()), "Jobs are told ids only."
    now = timezone.now()
    key = key or "/".join([task, *(f"{name}={ids[name]}" for name in sorted(ids))])
    # A delayed job is nobody's until its hour has come.
    lease_until = now if after else now + pace.scaled(pace.UNCLAIMED)
    facts = {"task": task, "args": ids, "after": after, "created_at": now}
    job, is_new = Job.objects.get_or_create(key=key, defaults={**facts, "lease_until": lease_until})
    if is_new and after is None:
        deliver(job)
    return job, is_new


def _claim(job_id: int) -> Job | None:
    """Take the job, and count the attempt before anything can go wrong with it."""
    with transaction.atomic():
        job = Job.objects.select_for_update(no_key=True, skip_locked=True).filter(pk=job_id).first()
        if job is None or job.state in (Job.State.DONE, Job.State.DEAD):
            return None
        now = timezone.now()
        if job.state == Job.State.RUNNING and job.lease_until > now:
            return None
        if job.attempts >= pace.ATTEMPTS:
            give_up(job, now=now)
            return None
        if long_jobs.has_to_wait(job, now=now):
            job.lease_until = now + pace.scaled(pace.COMPLETER / 2)
            job.save(update_fields=["lease_until"])
            return None
        job.state = Job.State.RUNNING
        job.attempts += 1
        job.lease_until = now + pace.lease()
        job.save(update_fields=["state", "attempts", "lease_until"])
    return job


def _finish(job: Job) -> None:
    """Write that it is done, unless our lease ran out and it is somebody else's by now."""
    _mine(job).update(state=Job.State.DONE, finished_at=timezone.now(), last_error="")


@transaction.atomic
def _fail(job: Job, error: Exception) -> None:
    said = f"{type(error).__name__}: {error}"[:2000].replace("\x00", "")
    now = timezone.now()
    _mine(job).update(
        state=Job.State.PENDING,
        last_error=said,
        lease_until=now + pace.pause_after(job.attempts),
    )
    if job.attempts >= pace.ATTEMPTS:
        job = Job.objects.select_for_update(no_key=True).get(pk=job.pk)
        if job.state == Job.State.PENDING:
            give_up(job, now=now)


def _mine(job: Job) -> Any:
    return Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, attempts=job.attempts)


def give_up(job: Job, *, now: datetime) -> None:
    """Give up, and say so where people look."""
    job.state, job.finished_at = Job.State.DEAD, now
    job.last_error = job.last_error or "its worker died each time"
    job.save(update_fields=["state", "finished_at", "last_error"])
    logger.error("Gave up job %s after %s attempts", job.key, job.attempts)
    audit.record(
        SYSTEM(f"it failed {job.attempts} times"),
        "job.gave_up",
        f"job/{job.pk}",
        at=clock.now(),
        task=job.task,
    )


def deliveries(rows: QuerySet[OrmQ] | None = None) -> dict[int, list[OrmQ]]:
    """Return the queue's rows, or *rows* of it, by the job they run. Each of them is unpickled."""
    found: dict[int, list[OrmQ]] = defaultdict(list)
    for row in (OrmQ.objects.all() if rows is None else rows).order_by("pk"):
        if row.task.get("func") == RUN:
            found[row.task["args"][0]].append(row)
    return found


def _next_due(leave: Collection[str], others: Collection[int]) -> Job | None:
    return (
        Job.objects.exclude(task__in=leave)
        .exclude(pk__in=others)
        .filter(Q(after=None) | Q(after__lte=clock.now()))
        .filter(Q(attempts=0) | Q(lease_until__lte=timezone.now()), state=Job.State.PENDING)
        .order_by(F("after").asc(nulls_first=True), "pk")
        .first()
    )
