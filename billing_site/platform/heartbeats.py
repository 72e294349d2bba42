"""Signs of life. A cluster whose processes all exist may still do nothing: ask it for a beat."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_q.tasks import async_task

from billing_site.platform import pace
from billing_site.platform.models import Heartbeat

BEAT = "billing_site.platform.heartbeats.beat"


@transaction.atomic
def ask(name: str, *, now: datetime, anew: bool = False) -> bool:
    """Send a beat through the queue, unless one is on its way; tell whether we did.

    *anew*: whatever was on its way has gone down with the cluster.
    """
    Heartbeat.objects.bulk_create(
        [Heartbeat(name=name, asked_at=now - pace.scaled(pace.HEARTBEAT_UNANSWERED))],
        ignore_conflicts=True,
    )
    heart = Heartbeat.objects.select_for_update(no_key=True).get(name=name)
    is_answered = heart.beat_at is not None and heart.beat_at >= heart.asked_at
    wait = pace.HEARTBEAT if is_answered else pace.HEARTBEAT_UNANSWERED
    if not anew and heart.asked_at > now - pace.scaled(wait):
        return False
    heart.asked_at = now
    heart.save(update_fields=["asked_at"])
    async_task(BEAT, name, q_options={"save": False})
    return True


def beat(name: str) -> None:
    """Run by the cluster: it takes from the queue, and works."""
    Heartbeat.objects.filter(name=name).update(beat_at=timezone.now())


def felt(*, at: datetime) -> None:
    """A job that has just run is a sign of life: beats may stand at the end of a long queue."""
    Heartbeat.objects.filter(
        name=settings.WORKER_NAME, beat_at__lt=at - pace.scaled(pace.HEARTBEAT)
    ).update(beat_at=at)


def last_beat(name: str) -> datetime | None:
    return Heartbeat.objects.filter(name=name).values_list("beat_at", flat=True).first()


def is_fresh(name: str, *, since: datetime) -> bool:
    """Tell whether a beat has been heard from *name* after *since*."""
    return Heartbeat.objects.filter(name=name, beat_at__gt=since).exists()
