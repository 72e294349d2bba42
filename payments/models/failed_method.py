from __future__ import annotations

from django.db import models


class FailedMethod(models.Model):
    """A way to pay that a client named, and that could not be verified: it was never saved."""

    organization = models.ForeignKey(
        "people.Organization", models.PROTECT, related_name="failed_methods"
    )
    setup_id = models.CharField(max_length=255, unique=True, help_text="seti_…")
    label = models.CharField(max_length=100)
    last4 = models.CharField(max_length=4, blank=True)
    problem = models.CharField(max_length=300, help_text="Read by the client")
    problem_code = models.CharField(max_length=100, help_text="As the provider calls it")
    failed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.label} •••• {self.last4}" if self.last4 else self.label
