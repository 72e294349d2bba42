from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q


class ExchangeRateQuerySet(models.QuerySet["ExchangeRate"]):
    def of(self, source: str, currency: str, *, at: datetime) -> ExchangeRate | None:
        """Return the newest rate of *currency* that *source* had given by then."""
        known = self.filter(source=source, currency=currency, on__lte=at.date())
        return known.order_by("-on").first()


class ExchangeRate(models.Model):
    """What one euro was worth on a day, as a provider said it. Rows are added and stay."""

    source = models.CharField(max_length=20)
    on = models.DateField()
    currency = models.CharField(max_length=3)
    per_euro = models.DecimalField(max_digits=20, decimal_places=10)
    fetched_at = models.DateTimeField()

    objects = ExchangeRateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_source_gives_one_rate_a_day", fields=["source", "currency", "on"]
            ),
            models.CheckConstraint(
                name="a_rate_is_more_than_nothing_and_not_of_the_euro",
                condition=Q(per_euro__gt=0) & ~Q(currency="EUR"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.per_euro} {self.currency} a euro on {self.on}"
