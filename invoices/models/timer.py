from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from billing_site.kernel.fields import ref_field
from billing_site.people.models import User
from invoices.models.contract import Contract

LONGEST_RUN = timedelta(hours=12)  # then a timer was forgotten, and stops by itself


class TimerQuerySet(models.QuerySet["Timer"]):
    def running(self) -> TimerQuerySet:
        return self.filter(ended_at__isnull=True)

    def to_follow(self, *, at: datetime, monday: datetime) -> TimerQuerySet:
        """Those that were forgotten, and those of which something ran before *monday*."""
        return self.filter(Q(started_at__lte=at - LONGEST_RUN) | Q(written_until__lt=monday))

    def of(self, user: User) -> TimerQuerySet:
        return self.filter(person=user)

    def lock(self, pk: int) -> Timer:
        """Return the timer as it is now. Its contract is locked first."""
        return self.select_for_update(of=["self"], no_key=True).get(pk=pk)


class Timer(models.Model):
    """One run of the clock of one person, who has one at a time. What it counted are entries."""

    class Ending(models.TextChoices):
        STOPPED = "stopped", "stopped"
        DISCARDED = "discarded", "discarded"
        FORGOTTEN = "forgotten", "stopped by itself after 12 hours"
        CONTRACT = "contract", "stopped with the contract"

    ref = ref_field()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="timers")
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="timers")
    memo = models.CharField(max_length=200, blank=True)
    activity = models.CharField(max_length=60, blank=True)
    started_at = models.DateTimeField()
    written_until = models.DateTimeField()  # what ran before is written down as entries
    ended_at = models.DateTimeField(null=True)
    ending = models.CharField(max_length=10, choices=Ending, blank=True)

    objects = TimerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_running_timer_a_person",
                fields=["person"],
                condition=Q(ended_at__isnull=True),
            ),
            models.CheckConstraint(
                name="a_timer_runs_forward",
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
            ),
            models.CheckConstraint(
                name="an_ended_timer_says_how",
                condition=Q(ended_at__isnull=True, ending="")
                | Q(ended_at__isnull=False) & ~Q(ending=""),
            ),
        ]

    def __str__(self) -> str:
        return f"timer of {self.person} since {self.started_at:%-d %B, %H:%M} UTC"

    @property
    def is_running(self) -> bool:
        return self.ended_at is None

    @property
    def stops_at(self) -> datetime:
        """When it stops by itself."""
        return self.started_at + LONGEST_RUN
