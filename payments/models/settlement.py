from __future__ import annotations

from django.db import models
from django.db.models import Q

from billing_site.kernel.fields import currency_field, money_field
from payments.models.charge import Charge
from payments.models.escrow import Escrow


class Settlement(models.Model):
    """The part of a charge that goes to one escrow, with the document it is for."""

    charge = models.ForeignKey(Charge, models.PROTECT, related_name="settlements")
    escrow = models.OneToOneField(Escrow, models.PROTECT, related_name="settlement")
    document = models.CharField(max_length=60, help_text="milestone/K7Q2…: whose money it is")
    title = models.CharField(max_length=200, help_text="In the words of the payer's receipt")
    currency = currency_field()
    amount = money_field()

    class Meta:
        constraints = [
            models.CheckConstraint(name="settlement_moves_something", condition=Q(amount__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.document} of {self.charge}"
