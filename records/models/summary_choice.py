from __future__ import annotations

from django.db import models

from billing_site.people.models import Membership


class SummaryChoice(models.Model):
    """Whether a member wants the weekly summary of an organization, once they have said so."""

    membership = models.OneToOneField(Membership, models.PROTECT, related_name="summary_choice")
    is_wanted = models.BooleanField()
    chosen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.membership}: {'wanted' if self.is_wanted else 'not wanted'}"
