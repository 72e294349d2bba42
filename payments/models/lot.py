from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from billing_site.kernel.fields import currency_field, money_field, ref_field
from payments.models.escrow import Escrow


class LotQuerySet(models.QuerySet["Lot"]):
    def pending(self) -> LotQuerySet:
        return self.filter(made_available_at__isnull=True)

    def due(self, *, at: datetime) -> LotQuerySet:
        """Those whose security period is over."""
        return self.pending().filter(available_at__lte=at).order_by("available_at", "pk")

    def lock(self, pk: int) -> Lot:
        return self.select_for_update(of=["self"], no_key=True).get(pk=pk)


class Lot(models.Model):
    """What one release brought a freelancer: pending until its date, available from then on."""

    ref = ref_field()
    escrow = models.ForeignKey(Escrow, models.PROTECT, related_name="lots")
    freelancer = models.ForeignKey("people.Organization", models.PROTECT, related_name="lots")
    document = models.CharField(max_length=60, help_text="invoice/K7Q2…: what it was released for")
    title = models.CharField(max_length=200)
    currency = currency_field()
    amount = money_field()
    released_at = models.DateTimeField()
    available_at = models.DateTimeField()
    made_available_at = models.DateTimeField(null=True)

    objects = LotQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="lot_brings_something", condition=Q(amount__gt=0)),
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
