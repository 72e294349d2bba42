from __future__ import annotations

from django.db import models


class Series(models.Model):
    """The last number that was given out in a year: the next one is that plus one."""

    name = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "year"], name="one_series_a_year"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.year}: {self.last}"
