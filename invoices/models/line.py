from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from billing_site.kernel.fields import currency_field, money_field
from billing_site.kernel.money import Money, zero
from invoices.models.contract import TaxTreatment
from invoices.models.invoice import Invoice


class InvoiceLine(models.Model):
    """One thing that is billed. `amount` is net; the tax is the invoice's, per rate.

    Where the invoice's prices include the tax, `unit_price`, `discount` and `amount_with_tax`
    do, too.
    """

    invoice = models.ForeignKey(Invoice, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    description = models.CharField(max_length=200)
    detail = models.CharField(max_length=500, blank=True)
    quantity = models.DecimalField(max_digits=11, decimal_places=4, default=1)
    unit = models.CharField(max_length=20, blank=True)  # “hours”; empty: pieces, or just one
    currency = currency_field()
    unit_price = money_field()
    discount_bps = models.PositiveSmallIntegerField(default=0)  # 0: a sum was taken off, or none
    discount = money_field(null=True)  # what was taken off; null: nothing was
    amount = money_field()
    amount_with_tax = money_field(null=True)  # null: prices are without
    discount_share = money_field(null=True)  # its part of the discount on the whole, net
    tax_treatment = models.CharField(max_length=20, choices=TaxTreatment)
    tax_bps = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="line_asks_for_something", condition=Q(amount__gte=0, quantity__gt=0)
            ),
            models.CheckConstraint(
                name="discount_of_a_line_is_no_surcharge",
                condition=Q(discount__isnull=True, discount_bps=0)
                | Q(discount__gte=0, discount_bps__lte=10_000),
            ),
            models.CheckConstraint(
                name="discount_on_the_whole_is_within_the_line",
                condition=Q(discount_share__isnull=True)
                | Q(discount_share__gte=0, discount_share__lte=F("amount")),
            ),
            models.CheckConstraint(
                name="only_standard_lines_have_a_rate",
                condition=Q(tax_treatment="standard", tax_bps__lte=5_000) | Q(tax_bps=0),
            ),
            models.CheckConstraint(
                name="tax_in_a_price_makes_it_no_less",
                condition=Q(amount_with_tax__isnull=True) | Q(amount_with_tax__gte=F("amount")),
            ),
            models.UniqueConstraint(name="lines_stand_in_order", fields=["invoice", "position"]),
        ]

    def __str__(self) -> str:
        return self.description

    def copied_to(self, invoice: Invoice) -> InvoiceLine:
        """Return the same line on another invoice, not stored yet."""
        columns = {field.name for field in self._meta.concrete_fields} - {"id", "invoice"}
        return InvoiceLine(invoice=invoice, **{name: getattr(self, name) for name in columns})

    @property
    def asked(self) -> Money:
        """What the line comes to as its price was entered, with or without the tax."""
        return self.amount if self.amount_with_tax is None else self.amount_with_tax

    @property
    def billed(self) -> Money:
        """What of the invoice's net is for this line: its amount, less its part of a discount."""
        return self.amount if self.discount_share is None else self.amount - self.discount_share

    @property
    def taken_off(self) -> Money:
        return zero(self.currency) if self.discount is None else self.discount

    @property
    def plain_quantity(self) -> str:
        """Without zeros that say nothing: “12.5”, “3”."""
        return plain_number(self.quantity)


class InvoiceTax(models.Model):
    """What stands under one rate of an invoice that has lines at several, or discounts.

    An invoice without such rows is taxed as its own columns say. `discount` is the rate's
    part of the discount on the whole, net; `text` is what the document says about it.
    """

    invoice = models.ForeignKey(Invoice, models.CASCADE, related_name="taxes")
    treatment = models.CharField(max_length=20, choices=TaxTreatment)
    bps = models.PositiveSmallIntegerField()
    currency = currency_field()
    discount = money_field()
    net = money_field()
    tax = money_field()
    text = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="tax_of_a_rate_is_not_negative",
                condition=Q(net__gte=0, tax__gte=0, discount__gte=0),
            ),
            models.CheckConstraint(
                name="only_standard_treatment_is_taxed",
                condition=Q(treatment="standard", bps__lte=5_000) | Q(bps=0, tax=0),
            ),
            models.CheckConstraint(
                name="untaxed_lines_say_why", condition=Q(treatment="standard") | ~Q(text="")
            ),
            models.UniqueConstraint(
                name="a_rate_is_summed_up_once", fields=["invoice", "treatment", "bps"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_treatment_display()}, {self.bps} basis points"

    def copied_to(self, invoice: Invoice) -> InvoiceTax:
        """Return the same row on another invoice, not stored yet."""
        columns = {field.name for field in self._meta.concrete_fields} - {"id", "invoice"}
        return InvoiceTax(invoice=invoice, **{name: getattr(self, name) for name in columns})


def plain_number(number: Decimal) -> str:
    return f"{number.normalize():f}"
