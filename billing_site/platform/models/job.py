from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q


class JobQuerySet(models.QuerySet["Job"]):
    def stale(self, *, at: datetime, now: datetime) -> JobQuerySet:
        """Those that nobody seems to be working on, though *now* (wall time) is their time.

        *at* is the platform's clock, which decides when a delayed job's hour has come.
        """
        return self.filter(
            Q(after=None) | Q(after__lte=at),
            state__in=[Job.State.PENDING, Job.State.RUNNING],
            lease_until__lte=now,
        )


class Job(models.Model):
    """Work that was promised in a transaction, and is kept track of until it is done.

    The queue delivers at least once and forgets what it was doing when a process is
    killed; this row does not. `attempts` is committed before the work starts.
    """

    class State(models.TextChoices):
        PENDING = "pending", "waiting"
        RUNNING = "running", "running"
        DONE = "done", "done"
        DEAD = "dead", "given up"

    key = models.CharField(max_length=300, unique=True)
    task = models.CharField(max_length=200)
    args = models.JSONField(default=dict)  # ids only
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    after = models.DateTimeField(null=True)  # by the platform's clock
    # Wall time. Until then somebody has it: the queue, a worker, or a pause after a failure.
    lease_until = models.DateTimeField()
    last_error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_finished_job_says_when",
                condition=Q(state__in=["pending", "running"], finished_at=None)
                | Q(state__in=["done", "dead"], finished_at__isnull=False),
            ),
            models.CheckConstraint(
                name="a_job_is_in_a_state_of_its_own",
                condition=Q(state__in=["pending", "running", "done", "dead"]),
            ),
        ]
        indexes = [
            models.Index(
                "lease_until",
                name="jobs_that_are_not_finished",
                condition=Q(state__in=["pending", "running"]),
            ),
            models.Index("finished_at", name="jobs_given_up", condition=Q(state="dead")),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def tone(self) -> str:
        return {"pending": "wait", "running": "wait", "done": "good", "dead": "bad"}[self.state]


class Heartbeat(models.Model):
    """A sign of life of one cluster: a job that it was asked for, and ran."""

    name = models.CharField(max_length=100, unique=True)
    asked_at = models.DateTimeField()
    beat_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name}, last heard of at {self.beat_at}"
