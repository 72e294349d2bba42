"""What an invoice says of its review: columns, nothing else."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from invoices.models.priced import PricedDocument


class ReviewedDocument(PricedDocument):
    """When it was handed in, by when it is answered, and what was answered."""

    created_at = models.DateTimeField()
    round = models.PositiveSmallIntegerField(default=0)  # how often it was submitted
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    answer_by = models.DateTimeField(null=True)
    stood_to = models.DateTimeField(  # what a freeze took of the time to answer is given back
        null=True, help_text="Up to when"
    )
    silence_approves = models.BooleanField(default=False)  # else it goes back unanswered
    reminders = models.PositiveSmallIntegerField(default=0)  # how many were due in this round
    # Nobody delivered it: a dispute about held money needed its document.
    is_of_dispute = models.BooleanField(default=False)
    contested_at = models.DateTimeField(null=True)  # kept when it was decided
    contested_from = models.CharField(max_length=10, blank=True)  # the state to resume
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(  # null: the review period passed in silence, or it was decided
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    paid_at = models.DateTimeField(null=True)

    class Meta(PricedDocument.Meta):
        abstract = True
