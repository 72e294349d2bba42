from __future__ import annotations

from django.db import models
from django.db.models import Q


class RetentionRunQuerySet(models.QuerySet["RetentionRun"]):
    def lock(self, pk: int) -> RetentionRun:
        return self.select_for_update(no_key=True).get(pk=pk)


class RetentionRun(models.Model):
    """What the sweep of one day erased by the rules, and what was left: numbers, and no names."""

    ran_on = models.DateField(unique=True)
    begun_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    erased = models.JSONField(default=dict, help_text="Rows by the name of their rule")
    kept = models.JSONField(default=dict, help_text="Rows that stay, counted once it was over")

    objects = RetentionRunQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_run_of_retention_ends_after_it_began",
                condition=Q(finished_at=None) | Q(finished_at__gte=models.F("begun_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"Retention of {self.ran_on}"
