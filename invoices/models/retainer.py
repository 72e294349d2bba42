from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q

from billing_site.kernel.fields import currency_field, money_field
from invoices.models.contract import Contract
from invoices.models.invoice import Invoice


class RetainerTermsQuerySet(models.QuerySet["RetainerTerms"]):
    def due(self, *, on: date) -> RetainerTermsQuerySet:
        """Those with a period that is over by the beginning of *on* and not billed."""
        return self.filter(bills_on__lte=on)

    def lock(self, pk: int) -> RetainerTerms:
        """Return the terms as they are now. Their contract is locked before them."""
        return self.select_for_update(of=["self"], no_key=True).get(pk=pk)


class RetainerTerms(models.Model):
    """What a retainer costs for each week or month, net of the freelancer's VAT.

    Weeks begin on Mondays and months on their first day; part of one costs its part.
    """

    class Cadence(models.TextChoices):
        WEEKLY = "weekly", "week"
        MONTHLY = "monthly", "month"

    contract = models.OneToOneField(Contract, models.PROTECT, related_name="retainer")
    cadence = models.CharField(max_length=10, choices=Cadence)
    currency = currency_field()
    amount = money_field()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)  # the last day; null: until the contract ends
    # The day after the period that runs; null: it has not begun, or all of it is billed.
    bills_on = models.DateField(null=True)

    objects = RetainerTermsQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "retainer terms"
        constraints = [
            models.CheckConstraint(
                name="a_retainer_costs_something", condition=Q(amount__gt=0, amount__lte=10**9)
            ),
            models.CheckConstraint(
                name="a_retainer_is_weekly_or_monthly",
                condition=Q(cadence__in=["weekly", "monthly"]),
            ),
        ]
        indexes = [
            models.Index(
                fields=["bills_on"], condition=Q(bills_on__isnull=False), name="retainers_to_bill"
            ),
        ]

    def __str__(self) -> str:
        return f"the retainer of {self.contract}"


class RetainerPeriod(models.Model):
    """A week or month of a retainer that was billed, or in which there was nothing to bill."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="periods")
    starts_on = models.DateField()
    ends_on = models.DateField()  # its last day
    days = models.PositiveSmallIntegerField()  # of the whole week or month
    billed_days = models.PositiveSmallIntegerField()
    currency = currency_field()
    amount = money_field()
    invoice = models.OneToOneField(  # null: nothing was to bill
        Invoice, models.PROTECT, null=True, related_name="period"
    )
    billed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_period_is_billed_once", fields=["contract", "starts_on"]
            ),
            models.CheckConstraint(
                name="a_period_has_its_days",
                condition=Q(ends_on__gte=F("starts_on"), billed_days__lte=F("days")),
            ),
            models.CheckConstraint(
                name="a_period_with_an_amount_has_its_invoice",
                condition=Q(amount=0, invoice__isnull=True)
                | Q(amount__gt=0, billed_days__gt=0, invoice__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on} to {self.ends_on} of {self.contract}"
