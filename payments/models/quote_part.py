from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from billing_site.kernel.fields import CURRENCIES, currency_field, money_field
from billing_site.kernel.money import Money
from payments.models.chargeback import Chargeback
from payments.models.quote import Quote
from payments.models.refund import Refund


class QuotePart(models.Model):
    """What of a payment in the client's own currency goes back, by the payment's own quote."""

    quote = models.ForeignKey(Quote, models.PROTECT, related_name="parts")
    refund = models.OneToOneField(Refund, models.PROTECT, null=True, related_name="part")
    chargeback = models.OneToOneField(Chargeback, models.PROTECT, null=True, related_name="part")
    currency = currency_field()
    amount = money_field(help_text="What the client gets, in the currency that they paid in")
    margin = money_field(help_text="Of that, what we had kept")
    into_currency = models.CharField(max_length=3, choices=CURRENCIES)
    into = money_field(currency="into_currency", help_text="What goes back for it here")
    made_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)  # it did not go back after all

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_part_of_a_quote_is_something",
                condition=Q(amount__gte=F("margin"), amount__gt=0, margin__gte=0, into__gt=0),
            ),
            models.CheckConstraint(
                name="a_part_of_a_quote_goes_back_one_way",
                condition=Q(refund__isnull=False, chargeback__isnull=True)
                | Q(refund__isnull=True, chargeback__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"a part of {self.quote}"

    @property
    def sums(self) -> dict[str, Money]:
        """What its movement is of."""
        return {"amount": self.amount, "margin": self.margin, "into": self.into}
