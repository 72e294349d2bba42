from __future__ import annotations

from django.db import models

from invoices.models.invoice import Invoice
from invoices.models.time_entry import TimeEntry


class PartEntry(models.Model):
    """Time that an invoice of its own bills, divided off the invoice of its week."""

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="part_entries")
    entry = models.ForeignKey(TimeEntry, models.PROTECT, related_name="+")

    class Meta:
        verbose_name_plural = "part entries"
        constraints = [
            models.UniqueConstraint(
                name="an_invoice_bills_an_entry_once", fields=["invoice", "entry"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry} in {self.invoice}"
