"""The payer's objects."""

from __future__ import annotations

from typing import Any

from payments.gateways.sandbox.models import (
    SandboxBalanceLine,
    SandboxCustomer,
    SandboxMethod,
    SandboxPayment,
    SandboxRefund,
    SandboxSession,
)
from payments.gateways.sandbox.outcomes import Ending
from payments.gateways.sandbox.saved import EXPIRED, SAVED_BY_CODE, Saved, outcome_of
from payments.gateways.sandbox.shapes.seconds import seconds

Shape = dict[str, Any]
WAYS = ["card", "sepa_debit", "us_bank_account", "customer_balance"]
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


def customer(row: SandboxCustomer) -> Shape:
    return {
        "id": row.id,
        "object": "customer",
        "livemode": False,
        "created": seconds(row.created_at),
        "name": row.name,
        "email": row.email,
        "metadata": {"organization": row.reference},
    }


def session(row: SandboxSession) -> Shape:
    is_setup = row.mode == SandboxSession.Mode.SETUP
    payment = SandboxPayment.objects.filter(session=row).first()
    is_paid = payment is not None and payment.status == SandboxPayment.Status.SUCCEEDED
    return {
        "id": row.id,
        "object": "checkout.session",
        "livemode": False,
        "created": seconds(row.created_at),
        "expires_at": seconds(row.expires_at),
        "client_reference_id": row.reference,
        "customer": row.customer_id,
        "amount_subtotal": None if is_setup else row.amount,
        "amount_total": None if is_setup else row.amount,
        "currency": row.currency.lower(),
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "custom_fields": [],
        "custom_text": {
            "after_submit": None,
            "shipping_address": None,
            "submit": None,
            "terms_of_service_acceptance": None,
        },
        "metadata": row.metadata,
        "mode": row.mode,
        "payment_intent": payment.id if payment else None,
        "payment_method_types": ["card", "sepa_debit"] if is_setup else WAYS,
        "payment_status": _payment_status(is_setup=is_setup, is_paid=is_paid),
        "setup_intent": setup_id(row) if is_setup else None,
        "shipping_options": [],
        "status": row.status,
        "success_url": row.success_url,
        "cancel_url": row.cancel_url,
        "ui_mode": "hosted_page",
        "url": None,
    }


def setup_id(row: SandboxSession) -> str:
    """A page on which something is saved has one attempt at it, named after the page."""
    return row.id.replace("cs_", "seti_", 1)


def setup_intent(row: SandboxSession) -> Shape:
    return {
        "id": setup_id(row),
        "object": "setup_intent",
        "livemode": False,
        "created": seconds(row.created_at),
        "customer": row.customer_id,
        "metadata": row.metadata,
        "payment_method": row.method_id,
        "payment_method_types": ["card", "sepa_debit"],
        "status": "succeeded" if row.method_id else "requires_payment_method",
        "usage": "off_session",
    }


def method(row: SandboxMethod) -> Shape:
    saved = SAVED_BY_CODE[row.outcome]
    return {
        "id": row.id,
        "object": "payment_method",
        "livemode": False,
        "billing_details": _billing(row.customer),
        "created": seconds(row.created_at),
        "customer": None if row.detached_at else row.customer_id,
        "metadata": {},
        "type": saved.method,
        saved.method: _details(row, saved),
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


def payment_intent(row: SandboxPayment) -> Shape:
    is_paid = row.status == SandboxPayment.Status.SUCCEEDED
    return {
        "id": row.id,
        "object": "payment_intent",
        "livemode": False,
        "amount": row.amount,
        "amount_received": row.amount if is_paid else 0,
        "currency": row.currency.lower(),
        "created": seconds(row.created_at),
        "customer": row.customer.id,
        "capture_method": "automatic_async",
        "confirmation_method": "automatic",
        "latest_charge": row.charge_id if is_paid else None,
        "last_payment_error": problem_of(row),
        "metadata": row.metadata,
        "payment_method": row.method_id,
        "payment_method_types": [outcome_of(row).method],
        "status": row.status,
        "transfer_group": row.reference,
    }


def charge(row: SandboxPayment) -> Shape:
    line = SandboxBalanceLine.objects.filter(source_id=row.charge_id).first()
    is_paid = row.status == SandboxPayment.Status.SUCCEEDED
    refunded = sum(r.amount for r in row.refunds.exclude(status=SandboxRefund.Status.FAILED))
    return {
        "id": row.charge_id,
        "object": "charge",
        "livemode": False,
        "amount": row.amount,
        "amount_captured": row.amount if is_paid else 0,
        "amount_refunded": refunded,
        "balance_transaction": line.id if line else None,
        "billing_details": _billing(row.customer),
        "captured": is_paid,
        "created": seconds(row.succeeded_at or row.created_at),
        "currency": row.currency.lower(),
        "customer": row.customer.id,
        "disputed": row.disputes.exists(),
        "failure_message": row.problem or None,
        "metadata": row.metadata,
        "paid": is_paid,
        "payment_intent": row.id,
        "payment_method_details": {"type": outcome_of(row).method},
        "refunded": refunded == row.amount,
        "status": "succeeded" if is_paid else "failed",
    }


def refund(row: SandboxRefund) -> Shape:
    lines = {each.kind: each.id for each in SandboxBalanceLine.objects.filter(source_id=row.id)}
    back = lines.get("refund_failure")
    failed = row.status == SandboxRefund.Status.FAILED
    return {
        "id": row.id,
        "object": "refund",
        "livemode": False,
        "amount": row.amount,
        "balance_transaction": lines.get("refund"),
        "charge": row.payment.charge_id,
        "created": seconds(row.created_at),
        "currency": row.payment.currency.lower(),
        "metadata": row.metadata,
        "payment_intent": row.payment_id,
        "reason": "requested_by_customer",
        "status": row.status,
        **({"failure_balance_transaction": back} if back else {}),
        **({"failure_reason": "expired_or_canceled_card"} if failed else {}),
    }


def problem_of(row: SandboxPayment) -> Shape | None:
    """The error that a refused payment carries, and that the call was answered with."""
    if not row.problem:
        return None
    outcome = outcome_of(row)
    code = "card_declined"
    if outcome.ending == Ending.TO_CONFIRM and row.method_id:
        code = "authentication_required"
    elif row.problem == EXPIRED:
        code = "expired_card"
    error = {"type": "card_error", "code": code, "message": row.problem}
    decline_code = getattr(outcome, "decline_code", "")
    return {**error, "decline_code": decline_code} if decline_code else error


def _payment_status(*, is_setup: bool, is_paid: bool) -> str:
    if is_setup:
        return "no_payment_required"
    return "paid" if is_paid else "unpaid"


def _billing(customer: SandboxCustomer) -> Shape:
    return {
        "address": None,
        "email": customer.email,
        "name": customer.name,
        "phone": None,
        "tax_id": None,
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
