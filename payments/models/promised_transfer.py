from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from billing_site.kernel.fields import currency_field, money_field
from payments.models.charge import Charge


class PromisedTransferQuerySet(models.QuerySet["PromisedTransfer"]):
    def open(self) -> PromisedTransferQuerySet:
        """Those that the provider waits for still."""
        return self.filter(ended_at__isnull=True)

    def kept(self) -> PromisedTransferQuerySet:
        """Those that nobody has given up."""
        return self.open().filter(called_off_at__isnull=True)

    def due(self, *, at: datetime) -> PromisedTransferQuerySet:
        return self.kept().filter(until__lte=at).order_by("until", "pk")


class PromisedTransfer(models.Model):
    """A bank transfer that a client chose on a payment page, and that has not arrived.

    Nothing waits for it: it is a promise, and no bank is collecting anything. The provider
    waits until it arrives, or is called off; what arrives later is the client's credit.
    """

    charge = models.ForeignKey(Charge, models.PROTECT, related_name="promises")
    payment_id = models.CharField(max_length=255, unique=True)
    currency = currency_field()
    missing = money_field(help_text="What is still to be sent")
    holder = models.CharField(max_length=200, blank=True)
    bank = models.CharField(max_length=200, blank=True)
    number = models.CharField(max_length=64, blank=True, help_text="An IBAN, or what stands for it")
    code = models.CharField(max_length=64, blank=True, help_text="BIC, routing number, sort code")
    reference = models.CharField(max_length=140, blank=True, help_text="To be written with it")
    promised_at = models.DateTimeField()
    until = models.DateTimeField(help_text="Then it is given up")
    called_off_at = models.DateTimeField(null=True, help_text="When the provider was asked to")
    ended_at = models.DateTimeField(null=True, help_text="It arrived, or nobody waits any more")

    objects = PromisedTransferQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_promised_transfer_is_of_money", condition=Q(missing__gt=0)
            ),
            models.CheckConstraint(
                name="a_promised_transfer_has_time_to_arrive",
                condition=Q(until__gt=F("promised_at")),
            ),
        ]
        indexes = [
            models.Index(
                name="promised_transfers_by_turn",
                fields=["until", "id"],
                condition=Q(ended_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"promised transfer for {self.charge}"

    @property
    def is_kept(self) -> bool:
        return self.ended_at is None and self.called_off_at is None

    @property
    def number_in_fours(self) -> str:
        """As people compare it."""
        return " ".join(self.number[start : start + 4] for start in range(0, len(self.number), 4))
