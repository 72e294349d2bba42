from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from billing_site.kernel.fields import currency_field, money_field, ref_field
from payments.models.escrow import Escrow
from payments.models.settlement import Settlement


class LotQuerySet(models.QuerySet["Lot"]):
    def pending(self) -> LotQuerySet:
        return self.filter(made_available_at__isnull=True)

    def due(self, *, at: datetime) -> LotQuerySet:
        """Those whose security period is over."""
        return self.pending().filter(available_at__lte=at).order_by("available_at", "pk")

    def lock(self, pk: int) -> Lot:
        return self.select_for_update(of=["self"], no_key=True).get(pk=pk)


class Lot(models.Model):
    """What one release or payment brought a freelancer: pending until its date, then available."""

    ref = ref_field()
    escrow = models.ForeignKey(Escrow, models.PROTECT, null=True, related_name="lots")
    settlement = models.OneToOneField(
        Settlement, models.PROTECT, null=True, related_name="lot", help_text="Nothing was held"
    )
    client = models.ForeignKey("people.Organization", models.PROTECT, related_name="+")
    freelancer = models.ForeignKey("people.Organization", models.PROTECT, related_name="lots")
    document = models.CharField(max_length=60, help_text="invoice/K7Q2…: what it was released for")
    title = models.CharField(max_length=200)
    currency = currency_field()
    net = money_field(help_text="Of the price of the work")
    gross = money_field(help_text="With the freelancer's own VAT")
    fee = money_field(help_text="Ours, on the net")
    fee_tax = money_field(help_text="VAT on our fee")
    amount = money_field(help_text="What is the freelancer's")
    released_at = models.DateTimeField()
    available_at = models.DateTimeField()
    made_available_at = models.DateTimeField(null=True)

    objects = LotQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="lot_brings_something", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="lot_is_the_gross_less_our_fee",
                condition=Q(amount=F("gross") - F("fee") - F("fee_tax")),
            ),
            models.CheckConstraint(
                name="lot_comes_from_one_place",
                condition=Q(escrow__isnull=False, settlement__isnull=True)
                | Q(escrow__isnull=True, settlement__isnull=False),
            ),
            models.CheckConstraint(
                name="lot_is_available_no_sooner_than_its_date",
                condition=Q(made_available_at__isnull=True)
                | Q(made_available_at__gte=F("available_at")),
            ),
            models.UniqueConstraint(
                name="a_document_releases_an_escrow_once", fields=["escrow", "document"]
            ),
        ]
        indexes = [
            models.Index(
                name="pending_lots_by_date",
                fields=["available_at", "id"],
                condition=Q(made_available_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"lot {self.ref}"
