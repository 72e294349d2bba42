"""What the documents between a freelancer and a client have in common: columns, nothing else."""

from __future__ import annotations

from django.db import models

from billing_site.kernel.fields import currency_field, money_field
from invoices.models.contract import TaxTreatment
from invoices.models.document import Document


class CommercialDocument(Document):
    """Who asks whom for what, and the words that the recipient's books need."""

    issuer = models.ForeignKey(
        "people.Organization", models.PROTECT, related_name="%(class)ss_issued"
    )
    recipient = models.ForeignKey(
        "people.Organization", models.PROTECT, related_name="%(class)ss_received"
    )
    title = models.CharField(max_length=120)
    currency = currency_field()
    net = money_field()
    tax = money_field()
    gross = money_field()
    tax_treatment = models.CharField(max_length=20, choices=TaxTreatment)
    tax_bps = models.PositiveSmallIntegerField(default=0)
    tax_text = models.CharField(max_length=300, blank=True)
    purchase_order = models.CharField(max_length=40, blank=True)
    cost_center = models.CharField(max_length=40, blank=True)
    project = models.CharField(max_length=80, blank=True)
    note = models.TextField(max_length=1_000, blank=True)
    language = models.CharField(max_length=5, default="en")
    supplied_from = models.DateField(null=True)
    supplied_to = models.DateField(null=True)

    class Meta(Document.Meta):
        abstract = True
