from __future__ import annotations

from django.db import models
from django.db.models import Q

from disputes.models.dispute import Dispute
from invoices.models import TimeEntry


class Verdict(models.Model):
    """What the rules of protection say of contested time, as it was when the case was opened."""

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="verdicts")
    entry = models.ForeignKey(TimeEntry, models.PROTECT, related_name="+")
    minutes = models.PositiveIntegerField(help_text="Contested ones")
    is_protected = models.BooleanField()
    missing = models.TextField(  # conditions that are not met, a line each
        blank=True, max_length=1_000
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_piece_of_time_has_one_verdict", fields=["dispute", "entry"]
            ),
            models.CheckConstraint(
                name="a_verdict_is_about_some_minutes", condition=Q(minutes__gt=0)
            ),
            models.CheckConstraint(
                name="what_is_not_protected_says_why",
                condition=Q(is_protected=True, missing="") | Q(is_protected=False) & ~Q(missing=""),
            ),
        ]

    def __str__(self) -> str:
        return f"the verdict on {self.entry} in {self.dispute}"
