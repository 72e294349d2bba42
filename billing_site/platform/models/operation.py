from __future__ import annotations

from django.db import models


class Operation(models.Model):
    """A form that was sent. Sent again, it is the same deed and gets the same answer."""

    user_id = models.BigIntegerField()
    deed = models.CharField(max_length=60)
    op_id = models.UUIDField()
    subject = models.CharField(max_length=120)
    at = models.DateTimeField()
    made = models.CharField(max_length=400, blank=True)  # references of what the answer was

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user_id", "deed", "op_id"], name="pressing_twice_does_it_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deed} {self.subject}"
