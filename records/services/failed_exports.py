"""Exports whose job was given up: they say so, and stand in nobody's way."""

from __future__ import annotations

from datetime import datetime

from billing_site.platform.models import Job
from records.models import Export
from records.services.exports import WRITE


def give_up_dead(*, at: datetime) -> int:
    """Give up those whose job was given up, so that nobody waits for them; return how many."""
    waiting = Export.objects.unfinished().values_list("pk", flat=True)
    keys = {f"{WRITE}/export_id={pk}": pk for pk in waiting}
    dead = Job.objects.filter(key__in=keys, state=Job.State.DEAD)
    return sum(
        Export.objects.unfinished()
        .filter(pk=keys[key])
        .update(failed_at=at, problem=(said.splitlines() or [""])[-1][:300])
        for key, said in dead.values_list("key", "last_error")
    )
