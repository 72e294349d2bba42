"""The payer's side of the sandbox. Sums are whole minor units, states are the provider's words."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class SandboxCustomer(models.Model):
    id = models.CharField(max_length=64, primary_key=True)
    reference = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    email = models.CharField(max_length=254)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.id


class SandboxSession(models.Model):
    """A payment page."""

    class Status(models.TextChoices):
        OPEN = "open", "open"
        COMPLETE = "complete", "complete"
        EXPIRED = "expired", "expired"

    id = models.CharField(max_length=64, primary_key=True)
    customer = models.ForeignKey(SandboxCustomer, models.PROTECT, related_name="sessions")
    reference = models.CharField(max_length=64)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    lines = models.JSONField()
    metadata = models.JSONField(default=dict)
    success_url = models.CharField(max_length=1000)
    cancel_url = models.CharField(max_length=1000)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="session_asks_for_something", condition=Q(amount__gt=0))
        ]

    def __str__(self) -> str:
        return self.id


class SandboxPayment(models.Model):
    """A payment and its charge in one: the sandbox never charges one payment twice."""

    class Status(models.TextChoices):
        UNPAID = "requires_payment_method", "unpaid"
        ACTION = "requires_action", "to be confirmed"
        PROCESSING = "processing", "on its way"
        SUCCEEDED = "succeeded", "paid"
        CANCELED = "canceled", "canceled"

    id = models.CharField(max_length=64, primary_key=True)
    charge_id = models.CharField(max_length=64, unique=True)
    session = models.OneToOneField(SandboxSession, models.PROTECT, related_name="payment")
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    outcome = models.CharField(max_length=30)
    status = models.CharField(max_length=30, choices=Status.choices)
    problem = models.CharField(max_length=200, blank=True)
    arrives_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    succeeded_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.id


class SandboxRefund(models.Model):
    class Status(models.TextChoices):
        PENDING = "pending", "pending"
        SUCCEEDED = "succeeded", "succeeded"
        FAILED = "failed", "failed"

    id = models.CharField(max_length=64, primary_key=True)
    payment = models.ForeignKey(SandboxPayment, models.PROTECT, related_name="refunds")
    reference = models.CharField(max_length=64)
    amount = models.BigIntegerField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PENDING)
    metadata = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.id
