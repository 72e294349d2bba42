from __future__ import annotations

from django.db import models
from django.db.models import Q


class RoundQuerySet(models.QuerySet["Round"]):
    def lock(self, pk: int) -> Round:
        return self.select_for_update(no_key=True).get(pk=pk)


class Round(models.Model):
    """What is done once a period for every organization, some at a time.

    It knows how far it is, so that it goes on after a stop, and each period has one.
    """

    class What(models.TextChoices):
        MONTH = "month", "collective statements"
        WEEK = "week", "weekly summaries"

    what = models.CharField(max_length=10, choices=What)
    period_on = models.DateField(help_text="The first day of the month or week that it is about")
    reached = models.BigIntegerField(default=0, help_text="The last organization, by its key")
    asked = models.PositiveIntegerField(default=0, help_text="How many there was something for")
    begun_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    objects = RoundQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="a_period_has_one_round", fields=["what", "period_on"]),
            models.CheckConstraint(
                name="a_round_is_of_a_known_kind", condition=Q(what__in=["month", "week"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_what_display()} of {self.period_on}"
