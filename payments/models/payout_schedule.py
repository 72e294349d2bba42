from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from billing_site.kernel.fields import currency_field, money_field
from payments.cadence import Rhythm
from payments.models.payee import PayoutMethod


class PayoutScheduleQuerySet(models.QuerySet["PayoutSchedule"]):
    def due(self, *, at: datetime) -> PayoutScheduleQuerySet:
        return self.filter(next_at__lte=at).order_by("next_at", "pk")

    def lock(self, pk: int) -> PayoutSchedule:
        return (
            self.select_related("organization", "method")
            .select_for_update(of=["self"], no_key=True)
            .get(pk=pk)
        )


class PayoutSchedule(models.Model):
    """On which days all that is available is withdrawn by itself, where that is enough."""

    organization = models.OneToOneField(
        "people.Organization", models.PROTECT, related_name="payout_schedule"
    )
    rhythm = models.CharField(max_length=15, choices=Rhythm)
    method = models.ForeignKey(PayoutMethod, models.PROTECT, related_name="schedules", null=True)
    currency = currency_field()
    minimum = money_field(help_text="With less than this available, nothing is withdrawn")
    next_at = models.DateTimeField(null=True)
    chosen_at = models.DateTimeField()
    chosen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    skipped = models.CharField(max_length=300, blank=True, help_text="Why not on the last day")
    skipped_on = models.DateField(null=True)

    objects = PayoutScheduleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_schedule_has_a_known_rhythm", condition=Q(rhythm__in=Rhythm.values)
            ),
            models.CheckConstraint(
                name="a_schedule_has_a_next_day_and_a_bank_unless_by_hand",
                condition=Q(rhythm="by_hand", next_at__isnull=True)
                | (~Q(rhythm="by_hand") & Q(next_at__isnull=False, method__isnull=False)),
            ),
            models.CheckConstraint(
                name="a_schedule_withdraws_from_a_sum_on", condition=Q(minimum__gte=0)
            ),
        ]
        indexes = [
            models.Index(
                name="schedules_by_turn",
                fields=["next_at", "id"],
                condition=Q(next_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"payout schedule of {self.organization}"
