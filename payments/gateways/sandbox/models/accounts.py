"""The payee's side of the sandbox."""

from __future__ import annotations

from django.db import models


class SandboxAccount(models.Model):
    id = models.CharField(max_length=64, primary_key=True)
    reference = models.CharField(max_length=64)
    country = models.CharField(max_length=2)
    currency = models.CharField(max_length=3)
    email = models.CharField(max_length=254)
    is_company = models.BooleanField()
    is_complete = models.BooleanField(default=False)
    problem = models.CharField(max_length=200, blank=True, help_text="Why it is not paid")
    wanted = models.PositiveSmallIntegerField(default=0, help_text="Facts that are asked for")
    wanted_by = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.id

    @property
    def is_active(self) -> bool:
        return self.is_complete and not self.problem


class SandboxBank(models.Model):
    """A bank account or card by its last digits; *behavior* says what becomes of payouts to it."""

    class Behavior(models.TextChoices):
        PAYS = "pays", "A bank that takes the money"
        CLOSES = "closes", "A bank that has closed the account"
        RETURNS = "returns", "A bank that takes the money, and sends it back 3 days later"
        TAKES_DAYS = "days", "A bank that takes nothing at once, whatever it is"

    id = models.CharField(max_length=64, primary_key=True)
    account = models.ForeignKey(SandboxAccount, models.PROTECT, related_name="banks")
    bank_name = models.CharField(max_length=100)
    last4 = models.CharField(max_length=4)
    currency = models.CharField(max_length=3)
    behavior = models.CharField(max_length=10, choices=Behavior.choices)
    holder = models.CharField(max_length=200, blank=True)
    is_card = models.BooleanField(default=False, help_text="A debit card, which is paid at once")
    is_usable = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.id


class SandboxOnboarding(models.Model):
    """A link to the form where a payee says who they are and where they bank; for one visit."""

    id = models.CharField(max_length=64, primary_key=True)
    account = models.ForeignKey(SandboxAccount, models.PROTECT, related_name="onboardings")
    return_url = models.CharField(max_length=1000)
    refresh_url = models.CharField(max_length=1000)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.id


class SandboxLogin(models.Model):
    """A link to what an account's owner sees of it; good for some minutes."""

    id = models.CharField(max_length=64, primary_key=True)
    account = models.ForeignKey(SandboxAccount, models.PROTECT, related_name="logins")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.id


class SandboxTransfer(models.Model):
    id = models.CharField(max_length=64, primary_key=True)
    account = models.ForeignKey(SandboxAccount, models.PROTECT, related_name="transfers")
    reference = models.CharField(max_length=64)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    metadata = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.id


class SandboxPayout(models.Model):
    class Status(models.TextChoices):
        PENDING = "pending", "pending"
        PAID = "paid", "paid"
        FAILED = "failed", "failed"

    id = models.CharField(max_length=64, primary_key=True)
    account = models.ForeignKey(SandboxAccount, models.PROTECT, related_name="payouts")
    bank = models.ForeignKey(SandboxBank, models.PROTECT, related_name="payouts")
    reference = models.CharField(max_length=64)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    is_instant = models.BooleanField(default=False)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PENDING)
    metadata = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    arrives_at = models.DateTimeField()
    traced_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.id

    @property
    def problem_code(self) -> str:
        return "account_closed" if self.status == self.Status.FAILED else ""

    @property
    def trace(self) -> str:
        """By what its bank finds it, once that is known; cards give none."""
        is_known = self.traced_at is not None and not self.bank.is_card
        return f"TRACE{self.id[-12:].upper()}" if is_known else ""
