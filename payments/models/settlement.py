from __future__ import annotations

from django.db import models
from django.db.models import Q

from billing_site.kernel.fields import currency_field, money_field
from payments.models.charge import Charge
from payments.models.escrow import Escrow
from payments.models.open_item import OpenItem


class Settlement(models.Model):
    """The part of a charge that goes to one escrow, or to what is owed on one document.

    A bank transfer that its client sent is for neither: it becomes their credit.
    """

    charge = models.ForeignKey(Charge, models.PROTECT, related_name="settlements")
    escrow = models.ForeignKey(Escrow, models.PROTECT, null=True, related_name="settlements")
    open_item = models.ForeignKey(OpenItem, models.PROTECT, null=True, related_name="settlements")
    document = models.CharField(max_length=60, help_text="milestone/K7Q2…: whose money it is")
    title = models.CharField(max_length=200, help_text="In the words of the payer's receipt")
    currency = currency_field()
    amount = money_field()
    credit = money_field(help_text="Of the amount: the client's credit pays it")
    client_fee = money_field(help_text="Of the amount: our fee, known once it arrived", null=True)
    client_fee_tax = money_field(help_text="Of the amount: VAT on that fee", null=True)
    kept = money_field(help_text="Of the amount: not needed any more, the client's credit")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="settlement_moves_something", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="credit_pays_a_part_of_a_settlement_or_all",
                condition=Q(credit__gte=0, credit__lte=models.F("amount")),
            ),
            models.CheckConstraint(
                name="settlement_is_to_one_thing",
                condition=Q(escrow__isnull=False, open_item__isnull=True)
                | Q(escrow__isnull=True, open_item__isnull=False)
                | Q(escrow__isnull=True, open_item__isnull=True, document__startswith="transfer/"),
            ),
            models.CheckConstraint(
                name="no_more_is_kept_than_came",
                condition=Q(kept__gte=0, kept__lte=models.F("amount")),
            ),
            models.UniqueConstraint(
                name="a_charge_settles_a_thing_once",
                fields=["charge", "escrow", "open_item"],
                nulls_distinct=False,
            ),
        ]
        indexes = [models.Index(name="settlements_of_a_document", fields=["document"])]

    def __str__(self) -> str:
        return f"{self.document} of {self.charge}"

    @property
    def reference(self) -> str:
        """What the books call it: the charge, and what it is for."""
        return f"{self.charge.ref}/{self.document.split('/')[-1]}"
