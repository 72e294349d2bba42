"""The words in which we speak of payments, whoever moves the money."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What can be fetched. A charge and a checkout are two views of one payment."""

    CHECKOUT = "checkout"
    PAYMENT = "payment"
    CHARGE = "charge"
    REFUND = "refund"
    PAYEE = "payee"
    TRANSFER = "transfer"
    PAYOUT = "payout"
    DISPUTE = "dispute"
    METHOD = "method"
    SETUP = "setup"  # a way to pay is being saved, and may have to be verified first
    WARNING = "warning"  # a payer's bank suspects fraud
    CASH = "cash"  # a bank transfer that a payer sent: customer/transaction
    TOP_UP = "top_up"  # what our own bank sent to our balance
    MANDATE = "mandate"  # what a payer's bank lets us debit
    OTHER = "other"  # told about, and of no consequence to us


class Scope(StrEnum):
    """Whose happenings an endpoint is told: ours, or those of connected accounts."""

    PLATFORM = "platform"
    CONNECT = "connect"


class Status(StrEnum):
    """Where a payment, refund, transfer or payout stands, in our words."""

    OPEN = "open"  # may still be paid, or paid again after a refusal
    PROCESSING = "processing"
    ACTION_NEEDED = "action_needed"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
