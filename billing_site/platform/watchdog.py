"""What is wrong with a cluster all of whose processes may exist.

django-q2 can wedge: a killed worker takes the lock of the queue along, and nothing is ever
taken again; a killed monitor does likewise, and nothing is ever acknowledged again.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django_q.models import OrmQ

from billing_site.platform import heartbeats, pace, queue
from billing_site.platform.models import Job


def complaint(name: str, *, started_at: datetime, now: datetime) -> str:
    """Say why the cluster *name*, up since *started_at*, has to be restarted; nothing if it hasn't.

    All moments are wall time.
    """
    stale = pace.scaled(pace.HEARTBEAT_STALE)
    beat_at = heartbeats.last_beat(name)
    if beat_at is None or beat_at < started_at:
        to_start = max(stale, timedelta(seconds=pace.START_SECONDS))
        return "it never came to life" if now - started_at > to_start else ""
    if now - beat_at > stale:
        return f"no sign of life since {beat_at:%H:%M:%S}"
    overdue = _unacknowledged(now)
    return f"{overdue} finished jobs were never acknowledged" if overdue else ""


def acknowledge_finished() -> int:
    """Take finished jobs off the queue, in place of the process that should have."""
    delivered = _delivered(OrmQ.objects.all())
    rows = [row.pk for row, job in delivered if job.finished_at is not None]
    OrmQ.objects.filter(pk__in=rows).delete()
    return len(rows)


def _unacknowledged(now: datetime) -> int:
    limit = now - pace.scaled(pace.UNACKNOWLEDGED)
    taken = OrmQ.objects.filter(lock__gt=now)  # by somebody: as many as workers hold, no queue
    return sum(
        job.state == Job.State.DONE and job.finished_at is not None and job.finished_at < limit
        for _row, job in _delivered(taken)
    )


def _delivered(rows: QuerySet[OrmQ]) -> list[tuple[OrmQ, Job]]:
    deliveries = queue.deliveries(rows)
    jobs = Job.objects.in_bulk(deliveries)
    return [(row, jobs[pk]) for pk, rows in deliveries.items() for row in rows if pk in jobs]
