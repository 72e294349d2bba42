from __future__ import annotations

from django.db import models
from django.db.models import Q

from billing_site.kernel.fields import ref_field


class Letter(models.Model):
    """One e-mail to one person, as it was written when the thing happened.

    What is in a private one signs its reader in: it is not kept once it is sent, and never shown.
    """

    ref = ref_field()
    key = models.CharField(max_length=400, unique=True)
    email = models.EmailField()
    name = models.CharField(max_length=150, blank=True)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField()
    is_private = models.BooleanField(default=False)
    about_type = models.CharField(max_length=40, blank=True)
    about_ref = models.CharField(max_length=40, blank=True)
    written_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)  # wall time: when the mail server took it
    last_error = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["about_type", "about_ref"], name="letters_about_a_thing"),
            models.Index("written_at", name="letters_by_date"),
        ]
        constraints = [
            models.CheckConstraint(
                name="a_sent_letter_was_tried", condition=Q(sent_at=None) | Q(tries__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return f"“{self.subject}” to {self.email}"
