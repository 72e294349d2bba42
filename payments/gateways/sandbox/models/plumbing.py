"""What the sandbox remembers of calls, and what it is going to do and to tell."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from payments.gateways.sandbox.models.accounts import SandboxAccount


class SandboxCall(models.Model):
    """A key that was used: the same request again gets the same answer, another is refused.

    For want of funds (*refusal*) it is refused again, whatever has settled meanwhile.
    """

    key = models.CharField(max_length=255, primary_key=True)
    fingerprint = models.CharField(max_length=64)
    answer = models.CharField(max_length=64, blank=True)
    refusal = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key


class SandboxBalanceLine(models.Model):
    """A line of a balance: the platform's, or a connected account's. Signed as it changes it."""

    id = models.CharField(max_length=64, primary_key=True)
    account = models.ForeignKey(
        SandboxAccount, models.PROTECT, null=True, related_name="balance_lines"
    )
    kind = models.CharField(max_length=20)
    source_id = models.CharField(max_length=64)
    amount = models.BigIntegerField()
    fee = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    created_at = models.DateTimeField()
    available_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(name="sandbox_line_by_source", fields=["source_id"])]

    def __str__(self) -> str:
        return self.id

    @property
    def net(self) -> int:
        return self.amount - self.fee


class SandboxHappening(models.Model):
    """Something that will happen by itself: a debit clears, a page expires, a bank answers."""

    deed = models.CharField(max_length=30)
    subject_id = models.CharField(max_length=64)
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                name="sandbox_happenings_ahead",
                fields=["due_at", "id"],
                condition=Q(done_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.deed} {self.subject_id}"


class SandboxEvent(models.Model):
    """An event to ourselves, kept as the bytes that are signed and sent."""

    id = models.CharField(max_length=64, primary_key=True)
    type = models.CharField(max_length=100)
    scope = models.CharField(max_length=10)
    account = models.CharField(max_length=64, blank=True)
    payload = models.TextField()
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                name="sandbox_letters_ahead",
                fields=["due_at", "id"],
                condition=Q(delivered_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.id}"
