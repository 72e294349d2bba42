"""The payer's objects."""

from __future__ import annotations

from typing import Any

from payments.gateways.sandbox.models import (
    SandboxBalanceLine,
    SandboxCustomer,
    SandboxPayment,
    SandboxRefund,
    SandboxSession,
)
from payments.gateways.sandbox.outcomes import BY_CODE
from payments.gateways.sandbox.shapes.seconds import seconds

Shape = dict[str, Any]


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
        "amount_subtotal": row.amount,
        "amount_total": row.amount,
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
        "mode": "payment",
        "payment_intent": payment.id if payment else None,
        "payment_method_types": ["card", "sepa_debit", "customer_balance"],
        "payment_status": "paid" if is_paid else "unpaid",
        "shipping_options": [],
        "status": row.status,
        "success_url": row.success_url,
        "cancel_url": row.cancel_url,
        "ui_mode": "hosted_page",
        "url": None,
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
        "customer": row.session.customer_id,
        "capture_method": "automatic_async",
        "confirmation_method": "automatic",
        "latest_charge": row.charge_id if is_paid else None,
        "last_payment_error": _problem(row),
        "metadata": row.session.metadata,
        "payment_method_types": [BY_CODE[row.outcome].method],
        "status": row.status,
        "transfer_group": row.session.reference,
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
        "billing_details": {
            "address": None,
            "email": row.session.customer.email,
            "name": row.session.customer.name,
            "phone": None,
            "tax_id": None,
        },
        "captured": is_paid,
        "created": seconds(row.succeeded_at or row.created_at),
        "currency": row.currency.lower(),
        "customer": row.session.customer_id,
        "disputed": False,
        "failure_message": row.problem or None,
        "metadata": row.session.metadata,
        "paid": is_paid,
        "payment_intent": row.id,
        "payment_method_details": {"type": BY_CODE[row.outcome].method},
        "refunded": refunded == row.amount,
        "status": "succeeded" if is_paid else "failed",
    }


def refund(row: SandboxRefund) -> Shape:
    line = SandboxBalanceLine.objects.filter(source_id=row.id).first()
    failed = row.status == SandboxRefund.Status.FAILED
    return {
        "id": row.id,
        "object": "refund",
        "livemode": False,
        "amount": row.amount,
        "balance_transaction": line.id if line else None,
        "charge": row.payment.charge_id,
        "created": seconds(row.created_at),
        "currency": row.payment.currency.lower(),
        "metadata": row.metadata,
        "payment_intent": row.payment_id,
        "reason": "requested_by_customer",
        "status": row.status,
        **({"failure_reason": "expired_or_canceled_card"} if failed else {}),
    }


def _problem(row: SandboxPayment) -> Shape | None:
    if not row.problem:
        return None
    return {"type": "card_error", "code": "card_declined", "message": row.problem}
