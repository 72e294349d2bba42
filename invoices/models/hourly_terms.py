"""What an hour costs and how many a week may have, each by date: said once, never edited."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from billing_site.kernel.fields import currency_field, money_field
from invoices.models.contract import Contract

LONGEST_WEEK = 7 * 24 * 60  # minutes


class RateVersion(models.Model):
    """What an hour costs from a moment on. An entry takes the rate valid at its start."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="rates")
    currency = currency_field()
    rate = money_field()  # an hour, net of the freelancer's own VAT
    effective_from = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    said_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="an_hour_has_a_price", condition=Q(rate__gt=0, rate__lte=10**6)
            ),
            models.UniqueConstraint(
                name="one_rate_at_a_moment", fields=["contract", "effective_from"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rate} an hour from {self.effective_from:%-d %B %Y}"


class WeeklyLimit(models.Model):
    """How much of a week is billed, from a Monday on. Of two for one week, the later word counts.

    A raise counts from the Monday of the week in which it is said, with what is
    logged already; a cut from the next.
    """

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="limits")
    minutes = models.PositiveIntegerField()
    effective_from = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    said_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_limit_fits_into_a_week",
                condition=Q(minutes__gt=0, minutes__lte=LONGEST_WEEK),
            ),
        ]
        indexes = [models.Index(fields=["contract", "effective_from"])]

    def __str__(self) -> str:
        return f"{self.minutes // 60} h {self.minutes % 60:02} a week"
