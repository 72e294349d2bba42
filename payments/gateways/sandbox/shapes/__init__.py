"""The sandbox's rows as the provider's objects. The contract tests hold each to its schema."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from payments.gateways.sandbox.models import (
    SandboxAccount,
    SandboxBalanceLine,
    SandboxBank,
    SandboxCash,
    SandboxCustomer,
    SandboxDispute,
    SandboxFile,
    SandboxMethod,
    SandboxPayment,
    SandboxPayout,
    SandboxRefund,
    SandboxSession,
    SandboxTransfer,
    SandboxWarning,
)
from payments.gateways.sandbox.shapes import accounts, disputes, payments, saved

API_VERSION = "2026-08-26.dahlia"

_SHAPES: dict[type[Model], Any] = {
    SandboxAccount: accounts.account,
    SandboxBalanceLine: accounts.balance_line,
    SandboxBank: accounts.external_account,
    SandboxCash: saved.cash,
    SandboxCustomer: payments.customer,
    SandboxDispute: disputes.dispute,
    SandboxFile: disputes.file,
    SandboxMethod: saved.method,
    SandboxPayment: payments.payment_intent,
    SandboxPayout: accounts.payout,
    SandboxRefund: payments.refund,
    SandboxSession: payments.session,
    SandboxTransfer: accounts.transfer,
    SandboxWarning: disputes.warning,
}


def shape_of(row: Any) -> dict[str, Any]:
    """Return *row* as the provider shows it."""
    shape: dict[str, Any] = _SHAPES[type(row)](row)
    return shape
