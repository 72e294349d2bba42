"""What an invoice can never be, whoever writes the row."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class InvoiceState(models.TextChoices):
    DRAFT = "draft", "draft"
    SUBMITTED = "submitted", "waiting for approval"
    RETURNED = "returned", "changes asked"
    CONTESTED = "contested", "in dispute"
    WITHDRAWN = "withdrawn", "withdrawn"
    APPROVED = "approved", "approved"
    PAID = "paid", "paid"
    CREDITED = "credited", "credited"
    WRITTEN_OFF = "written_off", "written off"


class InvoiceSource(models.TextChoices):
    """What it bills. Where it is held money, approval releases that; else it is owed."""

    MILESTONE = "milestone", "milestone"
    WEEK = "week", "hours of a week"
    PERIOD = "period", "retainer period"
    BONUS = "bonus", "bonus"
    EXPENSES = "expenses", "expenses"
    LINES = "lines", "written by hand"
    LATE_FEE = "late_fee", "late fee"


ISSUED = ["approved", "paid", "credited", "written_off"]
RULES = [
    models.CheckConstraint(
        name="invoice_is_in_a_language_that_we_write", condition=Q(language__in=["en", "de"])
    ),
    models.CheckConstraint(name="gross_is_net_and_tax", condition=Q(gross=F("net") + F("tax"))),
    models.CheckConstraint(
        name="invoice_asks_for_something",
        condition=Q(net__gt=0, tax__gte=0, gross__lte=10**10),
    ),
    models.CheckConstraint(
        name="numbered_when_approved_and_only_then",
        condition=Q(number__isnull=True, approved_at__isnull=True)
        & ~Q(state__in=["approved", "paid", "credited", "written_off"])
        | Q(
            state__in=["approved", "paid", "credited", "written_off"],
            number__isnull=False,
            approved_at__isnull=False,
            issued_at__isnull=False,
            frozen__isnull=False,
            verification_code__isnull=False,
        ),
    ),
    models.CheckConstraint(
        name="approver_is_not_the_submitter",
        condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("submitted_by")),
    ),
    models.CheckConstraint(
        name="submitted_invoice_has_a_deadline",
        condition=~Q(state="submitted") | Q(answer_by__gt=F("submitted_at")),
    ),
    models.CheckConstraint(  # the others are submitted by the calendar, or by who pays
        name="somebody_submits_what_was_worked_or_written",
        condition=~Q(state="submitted")
        | ~Q(source__in=["milestone", "expenses", "lines"])
        | Q(submitted_by__isnull=False)
        | Q(is_of_dispute=True),
    ),
    models.CheckConstraint(
        name="invoice_of_a_milestone_names_it",
        condition=Q(source="milestone", milestone__isnull=False)
        | ~Q(source="milestone") & Q(milestone__isnull=True),
    ),
    models.CheckConstraint(
        name="only_an_advanced_week_is_held_and_owed",
        condition=Q(escrow__isnull=True)
        | Q(open_item__isnull=True)
        | Q(source="week", is_protected=True)
        # Its escrow was released long ago, and a bank took back what had filled it.
        | Q(source__in=["milestone", "week"], state__in=ISSUED),
    ),
    models.CheckConstraint(
        name="invoice_of_hours_names_its_week",
        condition=Q(source="week", week__isnull=False, escrow__isnull=False)
        | ~Q(source="week") & Q(week__isnull=True, is_protected=False),
    ),
    models.UniqueConstraint(
        name="a_week_is_billed_once",
        fields=["week", "is_protected", "part"],
        condition=~Q(state="withdrawn"),
    ),
    models.CheckConstraint(
        name="only_what_was_agreed_is_approved_by_silence",
        condition=Q(silence_approves=False) | Q(source__in=["milestone", "week", "period"]),
    ),
    models.CheckConstraint(
        name="invoice_is_due_within_half_a_year", condition=Q(net_days__lte=180)
    ),
    models.CheckConstraint(
        name="supply_has_a_beginning_and_an_end",
        condition=Q(supplied_from__isnull=True, supplied_to__isnull=True)
        | Q(supplied_to__gte=F("supplied_from")),
    ),
    models.CheckConstraint(
        name="contested_invoice_says_since_when_and_from_where",
        condition=Q(state="contested", contested_at__isnull=False)
        & Q(contested_from__in=["submitted", "returned"])
        | Q(state__in=["draft", "submitted", "returned"], contested_at__isnull=True)
        & Q(contested_from="")
        | ~Q(state__in=["contested", "draft", "submitted", "returned"]),
    ),
    models.CheckConstraint(
        name="only_held_money_is_contested",
        condition=~Q(state="contested") | Q(escrow__isnull=False),
    ),
    models.CheckConstraint(name="invoice_has_two_sides", condition=~Q(issuer=F("recipient"))),
    models.UniqueConstraint(
        name="one_open_invoice_per_milestone",
        fields=["milestone"],
        condition=~Q(state__in=["withdrawn", "credited"]),
    ),
    models.UniqueConstraint(
        name="invoice_number_is_unique_per_issuer", fields=["issuer", "number"]
    ),
]
