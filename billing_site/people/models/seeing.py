from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q

LONGEST = timedelta(minutes=30)
SEE = "people.add_seeing"


class SeeingQuerySet(models.QuerySet["Seeing"]):
    def of(self, staff_id: int, *, at: datetime) -> Seeing | None:
        """Return what this member of staff sees as whom at that moment, if they do."""
        mine = self.filter(staff=staff_id, ended_at=None, began_at__lte=at, until__gt=at)
        return mine.select_related("person").order_by("pk").last()


class Seeing(models.Model):
    """A member of staff sees the pages of somebody for a while, and can change nothing there."""

    staff = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="seen")
    reason = models.CharField(max_length=300, help_text="Read by whose pages they are")
    began_at = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = SeeingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="nobody_sees_for_longer_than_half_an_hour",
                condition=Q(until__gt=F("began_at"), until__lte=F("began_at") + LONGEST),
            ),
            models.CheckConstraint(
                name="nobody_sees_as_themselves", condition=~Q(staff=F("person"))
            ),
            models.CheckConstraint(name="seeing_has_a_reason", condition=~Q(reason="")),
            models.UniqueConstraint(
                name="staff_sees_as_one_person_at_a_time",
                fields=["staff"],
                condition=Q(ended_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff} as {self.person}"
