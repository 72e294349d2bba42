"""What payers have sent from their banks by themselves, and what became of it."""

from __future__ import annotations

from django.db import models

from payments.gateways.sandbox.models.payments import SandboxCustomer, SandboxPayment


class SandboxCash(models.Model):
    """A line of a customer's cash balance, signed as it changes that; *kind* is the provider's."""

    id = models.CharField(max_length=64, primary_key=True)
    customer = models.ForeignKey(SandboxCustomer, models.PROTECT, related_name="cash")
    payment = models.ForeignKey(SandboxPayment, models.PROTECT, null=True, related_name="cash")
    kind = models.CharField(max_length=30)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    reference = models.CharField(max_length=140, blank=True)
    sender = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.id
