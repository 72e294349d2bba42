"""What goes wrong at the sandbox on purpose, for as long as somebody has switched it on."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class SandboxTrouble(models.Model):
    """One row of switches; without it nothing goes wrong."""

    THE_ONE = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=THE_ONE)
    doubles = models.BooleanField(default=False, help_text="Each event is told twice")
    reorders = models.BooleanField(default=False, help_text="The newest event is told first")
    delays = models.BooleanField(default=False, help_text="Events come ten minutes late")
    drops = models.BooleanField(default=False, help_text="No event comes: they have to be listed")
    goes_silent = models.BooleanField(
        default=False, help_text="What is asked for is done, and not answered the first time"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(name="there_is_one_row_of_switches", condition=Q(id=1)),
        ]

    def __str__(self) -> str:
        return "switches of the sandbox"
