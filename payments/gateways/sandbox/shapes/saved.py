"""What a payer keeps at the provider: ways to pay, what their banks allow, and cash."""

from __future__ import annotations

from payments.gateways.sandbox.models import SandboxCash, SandboxMethod
from payments.gateways.sandbox.saved import SAVED_BY_CODE, Saved
from payments.gateways.sandbox.shapes.payments import Shape, billing
from payments.gateways.sandbox.shapes.seconds import seconds

# What else is told of a bank account: which fields there are depends on its country.
BANKS: dict[str, Shape] = {
    "sepa_debit": {
        "bank_code": None,
        "branch_code": None,
        "country": None,
        "fingerprint": None,
        "generated_from": None,
    },
    "us_bank_account": {
        "account_holder_type": "company",
        "account_type": "checking",
        "bank_name": "EXAMPLE BANK",
        "financial_connections_account": None,
        "fingerprint": None,
        "networks": None,
        "routing_number": None,
        "status_details": None,
    },
    "bacs_debit": {"fingerprint": None, "sort_code": None},
}
MANDATE_GIVEN = {"ip_address": "192.0.2.1", "user_agent": "Sandbox"}
MANDATES: dict[str, Shape] = {
    "sepa_debit": {"reference": "SANDBOX", "url": "https://example.org/mandate"},
    "us_bank_account": {},
    "bacs_debit": {
        "network_status": "revoked",
        "reference": "SANDBOX",
        "revocation_reason": "debit_not_authorized",
        "url": "https://example.org/mandate",
    },
}


def method(row: SandboxMethod) -> Shape:
    saved = SAVED_BY_CODE[row.outcome]
    return {
        "id": row.id,
        "object": "payment_method",
        "livemode": False,
        "billing_details": billing(row.customer),
        "created": seconds(row.created_at),
        "customer": None if row.detached_at else row.customer_id,
        "metadata": {},
        "type": saved.method,
        saved.method: _details(row, saved),
    }


def cash(row: SandboxCash) -> Shape:
    before = SandboxCash.objects.filter(
        customer=row.customer_id, currency=row.currency, created_at__lte=row.created_at
    )
    more: dict[str, Shape] = {
        "funded": {
            "bank_transfer": {
                "type": "eu_bank_transfer",
                "eu_bank_transfer": {"bic": None, "iban_last4": None, "sender_name": row.sender},
                "reference": row.reference or None,
            }
        },
        "applied_to_payment": {"payment_intent": row.payment_id},
        "unapplied_from_payment": {"payment_intent": row.payment_id},
    }
    return {
        "id": row.id,
        "object": "customer_cash_balance_transaction",
        "livemode": False,
        "created": seconds(row.created_at),
        "currency": row.currency.lower(),
        "customer": row.customer_id,
        "customer_account": None,
        "ending_balance": sum(before.values_list("amount", flat=True)),
        "net_amount": row.amount,
        "type": row.kind,
        **({row.kind: more[row.kind]} if row.kind in more else {}),
    }


def mandate(row: SandboxMethod) -> Shape:
    kind = SAVED_BY_CODE[row.outcome].method
    return {
        "id": row.mandate_id,
        "object": "mandate",
        "livemode": False,
        "customer_acceptance": {"type": "online", "online": MANDATE_GIVEN},
        "multi_use": {},
        "payment_method": row.id,
        "payment_method_details": {"type": kind, kind: MANDATES[kind]},
        "status": "inactive" if row.mandate_ended_at else "active",
        "type": "multi_use",
    }


def _details(row: SandboxMethod, saved: Saved) -> Shape:
    """What is told of a card or a bank account, each in the shape of its kind."""
    if row.expires_on:
        return {
            "brand": saved.label.lower(),
            "checks": None,
            "country": None,
            "exp_month": row.expires_on.month,
            "exp_year": row.expires_on.year,
            "funding": "credit",
            "generated_from": None,
            "last4": saved.last4,
            "networks": None,
            "three_d_secure_usage": None,
            "wallet": None,
        }
    return {"last4": saved.last4, **BANKS[saved.method]}
