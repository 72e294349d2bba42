"""What a project may cost, and of what its people were told."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.db.models import Q
from django.urls import reverse

from billing_site.kernel.fields import currency_field, money_field, ref_field
from invoices.models.expense import Expense
from invoices.models.project import Project

THRESHOLDS = (50, 80, 100)  # percent


class Budget(models.Model):
    """So much money, or so many hours, in all or in each month, quarter or year.

    Money is net of the freelancers' VAT and of our fees. Where it is of a category, it is for
    expenses of that kind alone; without one it is for everything.
    """

    class Period(models.TextChoices):
        WHOLE = "whole", "in all"
        MONTH = "month", "each month"
        QUARTER = "quarter", "each quarter"
        YEAR = "year", "each year"

    MONTHS = {Period.MONTH: 1, Period.QUARTER: 3, Period.YEAR: 12}

    ref = ref_field()
    project = models.ForeignKey(Project, models.CASCADE, related_name="budgets")
    period = models.CharField(max_length=10, choices=Period)
    category = models.CharField(max_length=20, choices=Expense.Category, blank=True)
    currency = currency_field()
    money = money_field(null=True)  # null: not limited
    minutes = models.PositiveIntegerField(null=True)  # null: not limited
    is_hard = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_budget_a_period_and_category",
                fields=["project", "period", "category"],
            ),
            models.CheckConstraint(
                name="a_budget_limits_something",
                condition=Q(money__gt=0) & (Q(minutes__isnull=True) | Q(minutes__gt=0))
                | Q(money__isnull=True, minutes__gt=0),
            ),
            models.CheckConstraint(
                name="expenses_take_no_time", condition=Q(category="") | Q(minutes__isnull=True)
            ),
            models.CheckConstraint(
                name="a_budget_is_of_a_known_period",
                condition=Q(period__in=["whole", "month", "quarter", "year"]),
            ),
        ]

    def __str__(self) -> str:
        what = f"{self.get_category_display()}, " if self.category else ""
        return f"{what}{self.get_period_display()}"

    def get_absolute_url(self) -> str:
        return reverse("budget", args=[self.ref])

    def bounds(self, on: date) -> tuple[date, date]:
        """The first and the last day of the period that *on* is in."""
        if self.period == self.Period.WHOLE:
            return date.min, date.max
        months = self.MONTHS[self.Period(self.period)]
        first = date(on.year, (on.month - 1) // months * months + 1, 1)
        after = first.month - 1 + months
        return first, date(first.year + after // 12, after % 12 + 1, 1) - timedelta(days=1)


class BudgetAlert(models.Model):
    """That people were told of a part of a budget being used up; once in a period."""

    budget = models.ForeignKey(Budget, models.CASCADE, related_name="alerts")
    starts_on = models.DateField()
    percent = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_threshold_is_told_of_once_a_period",
                fields=["budget", "starts_on", "percent"],
            ),
            models.CheckConstraint(
                name="a_threshold_is_a_known_one", condition=Q(percent__in=[50, 80, 100])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.percent} % of {self.budget}"
