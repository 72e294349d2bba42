from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from payments.models.escrow import Escrow


class FreezeQuerySet(models.QuerySet["Freeze"]):
    def open(self) -> FreezeQuerySet:
        """Those that keep money where it is."""
        return self.filter(ended_at=None)

    def since(self, moment: datetime) -> FreezeQuerySet:
        """Those that stood at some time after *moment*."""
        return self.filter(Q(ended_at=None) | Q(ended_at__gt=moment))


class Freeze(models.Model):
    """Nothing leaves an escrow while one of these is open. Each cause ends only its own."""

    class Cause(models.TextChoices):
        DISPUTE = "dispute", "the two sides do not agree about it"
        CHARGEBACK = "chargeback", "the client's bank wants it back"
        STAFF = "staff", "we are looking into it"

    escrow = models.ForeignKey(Escrow, models.PROTECT, related_name="freezes")
    cause = models.CharField(max_length=10, choices=Cause)
    reason = models.CharField(max_length=300)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(  # null: the system
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = FreezeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="freeze_has_a_known_cause",
                condition=Q(cause__in=["dispute", "chargeback", "staff"]),
            ),
            models.CheckConstraint(
                name="freeze_ends_after_it_began",
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__gte=F("opened_at")),
            ),
            models.UniqueConstraint(
                name="one_cause_freezes_an_escrow_once_at_a_time",
                fields=["escrow", "cause"],
                condition=Q(ended_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"freeze of {self.escrow}, because {self.get_cause_display()}"
