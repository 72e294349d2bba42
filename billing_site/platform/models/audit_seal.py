from __future__ import annotations

from django.db import models


class AuditSeal(models.Model):
    """A link of the chain over the record of who did what: its events, and the link before.

    `contents` is number and digest of each event, so that the one that differs can be named.
    """

    number = models.BigIntegerField(primary_key=True)
    last_event = models.BigIntegerField(help_text="All up to this one are sealed by now")
    events = models.IntegerField()
    contents = models.BinaryField()
    previous_hash = models.BinaryField()
    hash = models.BinaryField()
    sealed_at = models.DateTimeField()  # wall time

    def __str__(self) -> str:
        return f"Seal {self.number}"
