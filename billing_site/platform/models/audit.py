from __future__ import annotations

from django.db import models
from django.utils import timezone


class AuditEvent(models.Model):
    """Who did what to what, and when. Never changed and never removed: a trigger sees to it."""

    user_id = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=200, blank=True)  # the system's, where nobody did it
    deed = models.CharField(max_length=60)
    subject = models.CharField(max_length=120)
    facts = models.JSONField(default=dict)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)  # wall time

    class Meta:
        indexes = [
            models.Index("subject", "at", name="audit_by_subject"),
            models.Index("user_id", "at", name="audit_by_person"),
        ]
        constraints = [
            models.CheckConstraint(
                name="somebody_did_it_or_the_system_says_why",
                condition=models.Q(user_id__isnull=False) | ~models.Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deed} {self.subject}"
