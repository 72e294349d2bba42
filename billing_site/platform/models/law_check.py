from __future__ import annotations

from django.db import models


class LawCheck(models.Model):
    """When a law last held, and what broke it if it does not hold now. One row a law."""

    name = models.CharField(max_length=100, primary_key=True)
    sentence = models.CharField(max_length=300)
    checked_at = models.DateTimeField()  # wall time, like all that watches over the machine
    held_at = models.DateTimeField(null=True)
    offenders = models.PositiveIntegerField()
    example = models.TextField(blank=True)  # the first offender, in words
    milliseconds = models.FloatField()

    def __str__(self) -> str:
        return self.name

    @property
    def holds(self) -> bool:
        return self.offenders == 0
