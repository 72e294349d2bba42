"""Deliver again what nobody has: the queue forgets, a job does not."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django_q.models import OrmQ

from billing_site.platform import clock, pace, queue
from billing_site.platform.models import Job


def complete(*, now: datetime) -> int:
    """Deliver what is due as of *now* (wall time) and stands in no queue; return how many.

    That is: delayed work whose hour has come, work that failed and has paused, work whose
    worker was killed, and deliveries that went down with a cluster.
    """
    stale = Job.objects.stale(at=clock.now(), now=now).order_by("pk")
    keys = list(stale.values_list("pk", flat=True))
    if not keys:
        return 0
    deliveries = queue.deliveries()
    return sum(_complete(pk, deliveries[pk], now) for pk in keys)


@transaction.atomic
def _complete(job_id: int, deliveries: list[OrmQ], now: datetime) -> bool:
    job = (
        Job.objects.select_for_update(no_key=True, skip_locked=True)
        .filter(pk=job_id, lease_until__lte=now)
        .filter(state__in=[Job.State.PENDING, Job.State.RUNNING])
        .first()
    )
    if job is None:
        return False
    if job.attempts >= pace.ATTEMPTS:
        queue.give_up(job, now=now)
        return False
    # A running one has outlived the time after which its worker is killed.
    Job.objects.filter(pk=job.pk).update(
        state=Job.State.PENDING, lease_until=now + pace.scaled(pace.UNCLAIMED)
    )
    if any(row.lock is None or row.lock <= now for row in deliveries):
        return False  # It stands in the queue; the queue is long.
    # Deliveries that somebody took and never finished would come back, and alarm the watchdog.
    OrmQ.objects.filter(pk__in=[row.pk for row in deliveries]).delete()
    queue.deliver(job)
    return True
