from __future__ import annotations

from collections.abc import Collection

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from billing_site.kernel.fields import currency_field, money_field, ref_field
from billing_site.people.models import Organization, User
from invoices.models.contract import Contract
from invoices.models.invoice import Invoice


class ExpenseQuerySet(models.QuerySet["Expense"]):
    def visible_to(self, user: User) -> ExpenseQuerySet:
        """The freelancer's own. A client sees them on the invoice that they are on."""
        return self.filter(contract__freelancer__in=Organization.objects.of(user))

    def open(self) -> ExpenseQuerySet:
        """Those that can be invoiced, or changed."""
        return self.filter(invoice=None, removed_at=None)

    def lock(self, pk: int) -> Expense:
        """Return the expense as it is now. Its contract is locked before it."""
        found = self.select_related("voucher", "invoice")
        return found.select_for_update(of=["self"], no_key=True).get(pk=pk)

    def lock_all(self, refs: Collection[str]) -> list[Expense]:
        """Return those expenses, nobody else's until we commit. Their contract is locked first."""
        found = self.filter(ref__in=refs).order_by("pk")
        return list(found.select_for_update(of=["self"], no_key=True))


class Expense(models.Model):
    """What a freelancer has paid for a client, with its voucher. It is invoiced as it was paid."""

    class Category(models.TextChoices):
        TRAVEL = "travel", "travel"
        LODGING = "lodging", "lodging"
        MEALS = "meals", "meals"
        MATERIAL = "material", "material"
        SOFTWARE = "software", "software and licenses"
        SERVICES = "services", "services of others"
        OTHER = "other", "other"

    ref = ref_field()
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="expenses")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    spent_on = models.DateField()
    category = models.CharField(max_length=20, choices=Category)
    merchant = models.CharField(max_length=120)
    description = models.CharField(max_length=300, blank=True)
    currency = currency_field()
    gross = money_field()  # what was paid
    tax_bps = models.PositiveSmallIntegerField(default=0)
    tax = money_field()  # the VAT in it, as the receipt says
    voucher = models.ForeignKey("platform.File", models.PROTECT, related_name="+")
    invoice = models.ForeignKey(  # null: it is on none, or that one was withdrawn
        Invoice, models.PROTECT, null=True, related_name="expenses"
    )
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    objects = ExpenseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="an_expense_was_paid", condition=Q(gross__gt=0, gross__lte=10**9)
            ),
            models.CheckConstraint(
                name="tax_is_part_of_an_expense",
                condition=Q(tax__gte=0, tax__lt=F("gross"), tax_bps__lte=5_000),
            ),
            models.CheckConstraint(
                name="a_removed_expense_is_not_invoiced",
                condition=Q(removed_at__isnull=True) | Q(invoice__isnull=True),
            ),
        ]
        indexes = [
            models.Index(
                fields=["contract"],
                condition=Q(invoice__isnull=True, removed_at__isnull=True),
                name="expenses_to_invoice",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.merchant}, {self.spent_on.day} {self.spent_on:%B %Y}"

    def get_absolute_url(self) -> str:
        return reverse("expense", args=[self.ref])

    @property
    def is_open(self) -> bool:
        return self.invoice_id is None and self.removed_at is None
