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


class SandboxMethod(models.Model):
    """A saved way to pay, by its last digits; *outcome* says what becomes of charges to it."""

    id = models.CharField(max_length=64, primary_key=True)
    customer = models.ForeignKey(SandboxCustomer, models.PROTECT, related_name="methods")
    outcome = models.CharField(max_length=30)
    expires_on = models.DateField(null=True)
    created_at = models.DateTimeField()
    is_verified = models.BooleanField(default=True, help_text="It can be charged")
    refused_at = models.DateTimeField(null=True, help_text="Could not be verified")
    mandate_ended_at = models.DateTimeField(null=True, help_text="Its bank takes no more debits")
    detached_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.id

    @property
    def mandate_id(self) -> str:
        """Each has one mandate, named after it."""
        return self.id.replace("pm_", "mandate_", 1)


class SandboxSession(models.Model):
    """A page on which to pay, or to save a way to pay."""

    class Mode(models.TextChoices):
        PAYMENT = "payment", "to pay"
        SETUP = "setup", "to save a way to pay"

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
    mode = models.CharField(max_length=10, choices=Mode.choices, default=Mode.PAYMENT)
    method = models.OneToOneField(
        SandboxMethod, models.PROTECT, null=True, related_name="session", help_text="Saved on it"
    )
    metadata = models.JSONField(default=dict)
    success_url = models.CharField(max_length=1000)
    cancel_url = models.CharField(max_length=1000)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="session_asks_for_something",
                condition=Q(mode="payment", amount__gt=0) | Q(mode="setup", amount=0),
            )
        ]

    def __str__(self) -> str:
        return self.id


class SandboxPayment(models.Model):
    """A payment and its charge in one: the sandbox never charges one payment twice.

    It was made on a page, with a saved way to pay and without the payer being there, or out of
    the cash that its payer sent.
    """

    class Status(models.TextChoices):
        UNPAID = "requires_payment_method", "unpaid"
        ACTION = "requires_action", "to be confirmed"
        PROCESSING = "processing", "on its way"
        SUCCEEDED = "succeeded", "paid"
        CANCELED = "canceled", "canceled"

    id = models.CharField(max_length=64, primary_key=True)
    charge_id = models.CharField(max_length=64, unique=True)
    session = models.OneToOneField(
        SandboxSession, models.PROTECT, null=True, related_name="payment"
    )
    method = models.ForeignKey(SandboxMethod, models.PROTECT, null=True, related_name="payments")
    payer = models.ForeignKey(  # of a payment out of cash
        SandboxCustomer, models.PROTECT, null=True, related_name="payments"
    )
    reference = models.CharField(max_length=64, blank=True)
    metadata = models.JSONField(default=dict)
    amount = models.BigIntegerField()
    received = models.BigIntegerField(default=0, help_text="By bank transfer, so far")
    currency = models.CharField(max_length=3)
    outcome = models.CharField(max_length=30)
    status = models.CharField(max_length=30, choices=Status.choices)
    problem = models.CharField(max_length=200, blank=True)
    arrives_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    succeeded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="payment_is_made_in_one_way",
                condition=Q(session__isnull=False, method=None, payer=None)
                | Q(session=None, method__isnull=False, payer=None)
                | Q(session=None, method=None, payer__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.id

    @property
    def customer(self) -> SandboxCustomer:
        made_with = self.session or self.method
        found = made_with.customer if made_with else self.payer
        assert found, "The database sees to it that it is one of the three."
        return found


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
    is_short = models.BooleanField(default=False, help_text="Our balance does not hold it")
    metadata = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.id
