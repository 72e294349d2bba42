"""Jobs that may take longer than others: `settings.LONG_JOBS` names them and says how long.

There are two workers. One such job runs at a time, so that the other worker is there for the rest;
it says that it goes on (`queue.still_at_it`), or somebody else begins it when its lease is over.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import connection

from billing_site.platform.models import Job


def options(job: Job) -> dict[str, int]:
    """Return what the queue is told of a job beyond what holds for all."""
    seconds = settings.LONG_JOBS.get(_what(job))
    return {} if seconds is None else {"timeout": seconds}


def has_to_wait(job: Job, *, now: datetime) -> bool:
    """Tell whether it takes long, and another one that does is running. The job is locked."""
    if _what(job) not in settings.LONG_JOBS:
        return False
    with connection.cursor() as cursor:  # Two that are claimed at once see each other.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('long jobs'))")
    running = Job.objects.filter(state=Job.State.RUNNING, lease_until__gt=now).exclude(pk=job.pk)
    return any(_what(other) in settings.LONG_JOBS for other in running)


def _what(job: Job) -> str:
    """Which task it is, or which sweep."""
    return str(job.args["name"]) if job.key.startswith("tick/") else job.task
