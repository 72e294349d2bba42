from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from billing_site.kernel.fields import ref_field
from invoices.models.invoice import Invoice


class Delivery(models.Model):
    """What was handed in with one submission of an invoice: words and files."""

    ref = ref_field()
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="deliveries")
    round = models.PositiveSmallIntegerField()
    message = models.TextField(max_length=4_000)
    files = models.ManyToManyField("platform.File", related_name="+", blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(name="one_delivery_a_round", fields=["invoice", "round"]),
            models.CheckConstraint(name="delivery_says_something", condition=~Q(message="")),
        ]

    def __str__(self) -> str:
        return f"delivery {self.round} of {self.invoice}"
