from __future__ import annotations

from django.db import models
from django.db.models import Q

from billing_site.kernel.fields import currency_field, money_field
from invoices.models.contract import TaxTreatment
from invoices.models.invoice import Invoice


class InvoiceLine(models.Model):
    """One thing that is billed. Amounts are net; the tax is the invoice's, per rate."""

    invoice = models.ForeignKey(Invoice, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    description = models.CharField(max_length=200)
    detail = models.CharField(max_length=500, blank=True)
    quantity = models.DecimalField(max_digits=9, decimal_places=2, default=1)
    currency = currency_field()
    unit_price = money_field()
    amount = money_field()
    tax_treatment = models.CharField(max_length=20, choices=TaxTreatment)
    tax_bps = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="line_asks_for_something", condition=Q(amount__gt=0, quantity__gt=0)
            ),
            models.UniqueConstraint(name="lines_stand_in_order", fields=["invoice", "position"]),
        ]

    def __str__(self) -> str:
        return self.description

    def copied_to(self, invoice: Invoice) -> InvoiceLine:
        """Return the same line on another invoice, not stored yet."""
        columns = {field.name for field in self._meta.concrete_fields} - {"id", "invoice"}
        return InvoiceLine(invoice=invoice, **{name: getattr(self, name) for name in columns})
