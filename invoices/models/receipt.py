from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse

from billing_site.kernel.fields import currency_field, money_field, ref_field
from billing_site.people.models import Organization, User
from invoices.models.document import Document


class ReceiptQuerySet(models.QuerySet["Receipt"]):
    def visible_to(self, user: User) -> ReceiptQuerySet:
        return self.filter(recipient__in=Organization.objects.of(user))

    def lock(self, pk: int) -> Receipt:
        return (
            self.select_related("recipient", "charge", "escrow__freelancer", "payout__method")
            .select_for_update(of=["self"], no_key=True)
            .get(pk=pk)
        )


class Receipt(Document):
    """The platform's word that money came, is held, or went. It bills nothing and has no VAT.

    The row is written with the money, and numbered by a job after commit, as fee invoices are.
    """

    class Kind(models.TextChoices):
        PAYMENT = "payment", "payment receipt"
        DEPOSIT = "deposit", "deposit receipt"
        PAYOUT = "payout", "payout advice"
        PAYOUT_BACK = "back", "note of a payout that came back"

    ref = ref_field()
    kind = models.CharField(max_length=10, choices=Kind)
    # What moved the money: payment/<ref>, deposit/<ref of the escrow>, payout/<ref>,
    # payout-back/<ref>: what takes the advice back.
    cause = models.CharField(max_length=60, unique=True)
    recipient = models.ForeignKey("people.Organization", models.PROTECT, related_name="receipts")
    charge = models.ForeignKey("payments.Charge", models.PROTECT, null=True, related_name="+")
    escrow = models.ForeignKey("payments.Escrow", models.PROTECT, null=True, related_name="+")
    payout = models.ForeignKey("payments.Payout", models.PROTECT, null=True, related_name="+")
    currency = currency_field()
    amount = money_field()
    caused_at = models.DateTimeField()

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        constraints = [
            *Document.Meta.constraints,
            models.CheckConstraint(
                name="receipt_is_about_the_money_of_its_kind",
                condition=Q(
                    kind="payment", charge__isnull=False, escrow__isnull=True, payout__isnull=True
                )
                | Q(kind="deposit", charge__isnull=False, escrow__isnull=False, payout__isnull=True)
                | Q(
                    kind__in=["payout", "back"],
                    charge__isnull=True,
                    escrow__isnull=True,
                    payout__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="receipt_is_for_something", condition=Q(amount__gt=0, amount__lte=10**10)
            ),
            models.UniqueConstraint(name="receipt_number_is_unique", fields=["number"]),
        ]
        indexes = [
            models.Index(fields=["recipient", "caused_at"]),
        ]

    def __str__(self) -> str:
        return self.number or f"the {self.get_kind_display()} of {self.caused_at:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("receipt-pdf", args=[self.ref])
