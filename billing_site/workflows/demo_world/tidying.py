"""What is left when the year has been lived through: old mail, old news, drawings to be made."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F
from django.utils import timezone
from django_q.models import OrmQ

from billing_site.platform import clock, notices, queue
from billing_site.platform.models import Job, Letter, Notice
from billing_site.workflows.time_travel import DRAWING

POSTMAN = "billing_site.platform.letters.post"
CALLS = "payments.tasks.run_command"
LEFT = (POSTMAN,)
FRESH = timedelta(days=4)  # News of these days is still unread.
# One after the other, so that drawings never keep waiting what a visitor does.
BETWEEN_DRAWINGS = timedelta(seconds=5)


def forget_deliveries() -> None:
    """The queue is for workers, and there is none yet; a job does not depend on it."""
    OrmQ.objects.all().delete()


def leave_to_the_worker(*, at: datetime) -> None:
    """Do what is due at this last moment, but for calls to the gateway; tidy up the rest.

    So something is about to be sent, for the visitor to see arrive.
    """
    queue.drain(leave={*DRAWING, POSTMAN, CALLS})
    forget_deliveries()
    _post_old_letters()
    _read_old_news(before=at - FRESH)
    wall = timezone.now()
    pending = Job.objects.filter(state=Job.State.PENDING)
    pending.exclude(task__in=DRAWING).filter(after=None).update(lease_until=wall)
    newest_first = pending.filter(task__in=DRAWING).order_by("-pk")
    for place, pk in enumerate(newest_first.values_list("pk", flat=True)):
        Job.objects.filter(pk=pk).update(lease_until=wall + place * BETWEEN_DRAWINGS)


def _post_old_letters() -> None:
    """Old mail has arrived when it was written: it is read in the demo, and mailed to nobody."""
    Letter.objects.filter(sent_at=None).update(sent_at=F("written_at"), tries=1)
    waiting = Job.objects.filter(task=POSTMAN, state=Job.State.PENDING)
    waiting.update(state=Job.State.DONE, finished_at=timezone.now(), attempts=1)


def _read_old_news(*, before: datetime) -> None:
    old = Notice.objects.filter(read_at=None, at__lt=before).order_by("pk")
    for user_id in set(old.values_list("user_id", flat=True)):
        theirs = old.filter(user_id=user_id).values_list("pk", flat=True)
        notices.read(user_id=user_id, notice_ids=list(theirs), at=clock.now())
