"""Whether the machine behind the pages works: by the wall's clock, for whoever watches over it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from billing_site.platform import pace
from billing_site.platform.models import Heartbeat, Job, LawCheck

CHECKED_EVERY = timedelta(minutes=30)  # each law, by a sweep that wants it every ten
A_DAY = timedelta(days=1)


def pulse(*, now: datetime | None = None) -> dict[str, bool]:
    """Return what works and what does not. *now* is wall time."""
    now = now or timezone.now()
    checks = LawCheck.objects.all()
    alive = Heartbeat.objects.filter(beat_at__gt=now - pace.scaled(pace.HEARTBEAT_STALE))
    dead = Job.objects.filter(state=Job.State.DEAD, finished_at__gt=now - A_DAY)
    late = checks.filter(checked_at__lte=now - CHECKED_EVERY)
    return {
        "laws_were_checked": checks.exists() and not late.exists(),
        "worker_is_alive": alive.exists(),
        "jobs_are_done": not dead.exists(),
    }
