"""What an invoice says of its prices as a whole: columns, nothing else."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from billing_site.kernel.fields import currency_field, money_field
from invoices.models.commercial import CommercialDocument


class PricedDocument(CommercialDocument):
    """Whether its prices include the tax, and what is taken off the whole of it.

    `discount` is as it was entered, with the tax where prices are; `discount_net` is without.
    Null: nothing is taken off.
    """

    currency = currency_field()  # declared again, above the sums of its own
    prices_include_tax = models.BooleanField(default=False)
    discount_bps = models.PositiveSmallIntegerField(default=0)  # 0: a sum is taken off, or none
    discount = money_field(null=True)
    discount_net = money_field(null=True)

    class Meta(CommercialDocument.Meta):
        abstract = True
        constraints = [
            *CommercialDocument.Meta.constraints,
            models.CheckConstraint(
                name="discount_of_an_invoice_is_no_surcharge",
                condition=Q(discount__isnull=True, discount_net__isnull=True, discount_bps=0)
                | Q(discount_bps__lte=10_000, discount__gte=F("discount_net"), discount_net__gte=0),
            ),
        ]
