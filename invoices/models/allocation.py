from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from invoices.models.contract import Contract


class Allocation(models.Model):
    """How long somebody is planned to work on a contract in one week. A plan binds nobody."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="allocations")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    monday = models.DateField()
    minutes = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_person_is_planned_once_a_contract_and_week",
                fields=["contract", "person", "monday"],
            ),
            models.CheckConstraint(
                name="a_planned_week_starts_on_monday", condition=Q(monday__iso_week_day=1)
            ),
            models.CheckConstraint(
                name="a_planned_week_fits_into_a_week",
                condition=Q(minutes__gt=0, minutes__lte=168 * 60),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.minutes} minutes of {self.person} from {self.monday}"
