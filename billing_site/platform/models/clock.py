from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import Q


class DemoClock(models.Model):
    """How far the demo's clock is ahead of the wall's: one row, for web and worker alike."""

    ahead = models.DurationField(default=timedelta(0))

    class Meta:
        constraints = [
            models.CheckConstraint(name="there_is_one_demo_clock", condition=Q(pk=1)),
            models.CheckConstraint(
                name="the_demo_clock_is_never_behind", condition=Q(ahead__gte=timedelta(0))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ahead} ahead"
