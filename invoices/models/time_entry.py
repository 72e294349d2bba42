from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from billing_site.kernel.fields import ref_field
from billing_site.people.models import User
from invoices.models.contract import Contract
from invoices.models.timer import Timer
from invoices.models.week import Week


class TimeEntryQuerySet(models.QuerySet["TimeEntry"]):
    def visible_to(self, user: User) -> TimeEntryQuerySet:
        return self.filter(contract__in=Contract.objects.visible_to(user))

    def living(self) -> TimeEntryQuerySet:
        """Those that count: not removed, nor replaced."""
        return self.filter(removed_at__isnull=True)

    def between(self, start: datetime, end: datetime) -> TimeEntryQuerySet:
        """Those that share a minute with [start, end)."""
        return self.filter(during__overlap=(start, end))


class TimeEntry(models.Model):
    """Whole minutes of one person's work on one contract, inside one billing week.

    Its time is never edited: a change removes the entry and adds one that names
    it in `replaces`. Words (memo, activity) may change until the week is locked.
    """

    class Kind(models.TextChoices):
        TRACKED = "tracked", "tracked"
        MANUAL = "manual", "manual"

    ref = ref_field()
    week = models.ForeignKey(Week, models.PROTECT, related_name="entries")
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="entries")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    timer = models.ForeignKey(Timer, models.PROTECT, null=True, related_name="entries")
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replacement")
    during = DateTimeRangeField()  # [start, end), both on a whole minute
    minutes = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    memo = models.CharField(max_length=200, blank=True)
    activity = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    objects = TimeEntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "time entries"
        constraints = [
            ExclusionConstraint(
                name="nobody_works_twice_at_a_time",
                expressions=[
                    (
                        Func(F("person"), F("person"), Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    ("during", RangeOperators.OVERLAPS),
                ],
                condition=Q(removed_at__isnull=True),
            ),
            models.CheckConstraint(
                name="tracked_time_names_its_timer",
                condition=Q(kind="tracked", timer__isnull=False)
                | Q(kind="manual", timer__isnull=True),
            ),
        ]
        indexes = [
            models.Index(
                fields=["contract", "created_at"],
                condition=Q(removed_at__isnull=True),
                name="living_time_entries",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.minutes} min from {self.started_at:%-d %B %Y, %H:%M} UTC"

    @property
    def started_at(self) -> datetime:
        assert self.during.lower, "Time has a beginning; the database sees to it."
        return self.during.lower

    @property
    def ended_at(self) -> datetime:
        assert self.during.upper, "Time has an end; the database sees to it."
        return self.during.upper

    @property
    def is_tracked(self) -> bool:
        return self.kind == self.Kind.TRACKED
