"""What paying late costs: agreed with the contract, charged on what is overdue, or waived."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from billing_site.kernel.fields import currency_field, money_field
from billing_site.kernel.periods import midnight
from invoices.models.contract import Contract
from invoices.models.invoice import Invoice

EVERY = timedelta(days=30)  # what a month of being late is
DAY = timedelta(days=1)


class LateFeePolicy(models.Model):
    """A sum once, or so much a month of what is overdue. Without one, paying late costs nothing."""

    contract = models.OneToOneField(Contract, models.PROTECT, related_name="late_fee_policy")
    currency = currency_field()
    fixed = money_field(null=True)  # once, for each overdue invoice; null: a part of it a month
    monthly_bps = models.PositiveSmallIntegerField(default=0)
    grace_days = models.PositiveSmallIntegerField(default=7)
    cap_bps = models.PositiveSmallIntegerField(default=1_000)  # of the invoice, for all months

    class Meta:
        verbose_name_plural = "late fee policies"
        constraints = [
            models.CheckConstraint(
                name="a_late_fee_is_a_sum_or_a_part",
                condition=Q(fixed__gt=0, monthly_bps=0)
                | Q(fixed__isnull=True, monthly_bps__range=(1, 500)),
            ),
            models.CheckConstraint(
                name="a_late_fee_has_a_cap_and_a_grace",
                condition=Q(cap_bps__range=(1, 2_500), grace_days__lte=60),
            ),
        ]

    def __str__(self) -> str:
        return f"what paying {self.contract} late costs"

    def begins_on(self, due_on: date, period: int) -> date:
        """The day on which the fee of a period, counted from 1, is charged."""
        return due_on + timedelta(days=self.grace_days) + EVERY * (period - 1) + DAY

    @property
    def periods(self) -> int:
        """How many there are at most: a sum once, a part until the cap is reached."""
        return 1 if self.fixed else -(-self.cap_bps // self.monthly_bps)


class LateFee(models.Model):
    """The fee of one period on one overdue invoice: an invoice of its own, or waived."""

    overdue = models.ForeignKey(Invoice, models.PROTECT, related_name="late_fees")
    period = models.PositiveSmallIntegerField()
    invoice = models.OneToOneField(Invoice, models.PROTECT, null=True, related_name="late_fee")
    waived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_period_costs_one_late_fee", fields=["overdue", "period"]
            ),
            models.CheckConstraint(
                name="a_late_fee_is_billed_or_waived",
                condition=Q(invoice__isnull=False, waived_by__isnull=True)
                | Q(invoice__isnull=True, waived_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"late fee {self.period} on {self.overdue}"


def begins_at(policy: LateFeePolicy, due_on: date, period: int) -> datetime:
    return midnight(policy.begins_on(due_on, period))
