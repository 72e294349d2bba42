from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Series(models.Model):
    """The last number that was given out in a year: the next one is that plus one.

    The row is written with its first number. Year 0 is a series that runs on.
    """

    name = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField()
    first = models.PositiveIntegerField(default=1)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "series"
        constraints = [
            models.UniqueConstraint(fields=["name", "year"], name="one_series_a_year"),
            models.CheckConstraint(
                name="series_counts_up_from_its_first",
                condition=Q(first__gte=1, last__gte=F("first") - 1),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.year}: {self.last}"
