"""The payee's objects, and lines of a balance."""

from __future__ import annotations

from typing import Any

from payments.gateways.sandbox.models import (
    SandboxAccount,
    SandboxBalanceLine,
    SandboxBank,
    SandboxPayout,
    SandboxTransfer,
)
from payments.gateways.sandbox.shapes.seconds import seconds

Shape = dict[str, Any]
FACTS = ["individual.verification.document", "individual.phone", "business_profile.url"]


def account(row: SandboxAccount) -> Shape:
    return {
        "id": row.id,
        "object": "account",
        "business_type": "company" if row.is_company else "individual",
        "capabilities": {"transfers": "active" if row.is_active else "inactive"},
        "charges_enabled": False,
        "country": row.country,
        "created": seconds(row.created_at),
        "default_currency": row.currency.lower(),
        "details_submitted": row.is_complete,
        "email": row.email,
        "external_accounts": {
            "object": "list",
            "data": [external_account(bank) for bank in row.banks.order_by("created_at", "id")],
            "has_more": False,
            "url": f"/v1/accounts/{row.id}/external_accounts",
        },
        "metadata": {"payee": row.reference},
        "payouts_enabled": row.is_active,
        "requirements": _requirements(row),
        "type": "express",
    }


def _requirements(row: SandboxAccount) -> Shape:
    asked = FACTS[: row.wanted]
    late = bool(row.problem and asked)
    return {
        "alternatives": [],
        "current_deadline": seconds(row.wanted_by) if row.wanted_by else None,
        "currently_due": asked,
        "disabled_reason": None if row.is_active else "requirements.past_due" if late else "other",
        "errors": [],
        "eventually_due": asked,
        "past_due": asked if late else [],
        "pending_verification": [],
    }


def external_account(row: SandboxBank) -> Shape:
    return _card(row) if row.is_card else bank_account(row)


def _card(row: SandboxBank) -> Shape:
    """A debit card that money is paid to."""
    return {
        "id": row.id,
        "object": "card",
        "account": row.account_id,
        "available_payout_methods": ["standard", "instant"],
        "brand": row.bank_name,
        "currency": row.currency.lower(),
        "exp_month": 12,
        "exp_year": row.created_at.year + 3,
        "funding": "debit",
        "last4": row.last4,
        "metadata": {},
        "name": row.holder or None,
        "status": "new" if row.is_usable else "errored",
    }


def bank_account(row: SandboxBank) -> Shape:
    return {
        "id": row.id,
        "object": "bank_account",
        "account": row.account_id,
        "account_holder_name": row.holder or None,
        "available_payout_methods": ["standard"],
        "bank_name": row.bank_name,
        "country": row.account.country,
        "currency": row.currency.lower(),
        "last4": row.last4,
        "metadata": {},
        "status": "new" if row.is_usable else "errored",
    }


def transfer(row: SandboxTransfer) -> Shape:
    return {
        "id": row.id,
        "object": "transfer",
        "livemode": False,
        "amount": row.amount,
        "amount_reversed": 0,
        "created": seconds(row.created_at),
        "currency": row.currency.lower(),
        "destination": row.account_id,
        "metadata": row.metadata,
        "reversals": {
            "object": "list",
            "data": [],
            "has_more": False,
            "url": f"/v1/transfers/{row.id}/reversals",
        },
        "reversed": False,
        "transfer_group": row.reference,
    }


def payout(row: SandboxPayout) -> Shape:
    return {
        "id": row.id,
        "object": "payout",
        "livemode": False,
        "amount": row.amount,
        "arrival_date": seconds(row.arrives_at),
        "automatic": False,
        "created": seconds(row.created_at),
        "currency": row.currency.lower(),
        "destination": row.bank_id,
        "failure_code": row.problem_code or None,
        "failure_message": "The provider's own words." if row.problem_code else None,
        "metadata": row.metadata,
        "method": "instant" if row.is_instant else "standard",
        "reconciliation_status": "not_applicable",
        "source_type": "card",
        "status": row.status,
        "trace_id": _trace(row),
        "type": "card" if row.bank.is_card else "bank_account",
    }


def _trace(row: SandboxPayout) -> Shape:
    """It stays open for days after the bank has the money."""
    if row.traced_at is None:
        return {"status": "pending", "value": None}
    return {"status": "supported" if row.trace else "unsupported", "value": row.trace or None}


def top_up(row: SandboxBalanceLine, status: str) -> Shape:
    """*row*: the line by which it came from our own bank."""
    return {
        "id": row.source_id,
        "object": "topup",
        "amount": row.amount,
        "balance_transaction": row.id,
        "created": seconds(row.created_at),
        "currency": row.currency.lower(),
        "livemode": False,
        "metadata": {},
        "status": status,
    }


def balance_line(row: SandboxBalanceLine) -> Shape:
    """What is billed by itself is the provider's fee, and says what for in words only."""
    is_billed = row.kind == "payout_fee"
    kind = "stripe_fee" if is_billed else row.kind
    return {
        "id": row.id,
        "object": "balance_transaction",
        "amount": row.amount,
        "available_on": seconds(row.available_at),
        "balance_type": "payments",
        "created": seconds(row.created_at),
        "currency": row.currency.lower(),
        "description": f"Connect ({row.created_at:%Y-%m}): Payout Fee" if is_billed else None,
        "exchange_rate": None,
        "fee": row.fee,
        "fee_details": [],
        "net": row.net,
        "reporting_category": "fee" if is_billed else row.kind,
        "source": row.source_id or None,
        "status": "available",
        "type": "adjustment" if row.kind.startswith("dispute") else kind,
    }
