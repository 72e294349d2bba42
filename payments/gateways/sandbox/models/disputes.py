"""A payer's bank, asked by its customer for the money back."""

from __future__ import annotations

from django.db import models

from payments.gateways.sandbox.models.payments import SandboxPayment


class SandboxWarning(models.Model):
    """A bank suspects that it was not its customer who paid. *reason* is the provider's word."""

    id = models.CharField(max_length=64, primary_key=True)
    payment = models.ForeignKey(SandboxPayment, models.PROTECT, related_name="warnings")
    reason = models.CharField(max_length=40)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.id

    @property
    def is_actionable(self) -> bool:
        untouched = not self.payment.refunds.exclude(status="failed").exists()
        return untouched and not self.payment.disputes.exists()


class SandboxFile(models.Model):
    """A file that a bank may be shown."""

    id = models.CharField(max_length=64, primary_key=True)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    content = models.BinaryField()
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.id


class SandboxDispute(models.Model):
    """An inquiry, or a payment that a bank takes back; *status* is the provider's word."""

    id = models.CharField(max_length=64, primary_key=True)
    payment = models.ForeignKey(SandboxPayment, models.PROTECT, related_name="disputes")
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=40)
    status = models.CharField(max_length=40)
    due_by = models.DateTimeField(null=True)
    evidence = models.JSONField(default=dict)
    submitted_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.id
