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
from payments.gateways.sandbox.outcomes import EXPIRED, GONE_WRONG, Ending
from payments.gateways.sandbox.saved import SAVED_BY_CODE, outcome_of
from payments.gateways.sandbox.shapes.seconds import seconds
from payments.gateways.sandbox.shapes.wires import instructions

Shape = dict[str, Any]
WAYS = ["card", "link", "sepa_debit", "us_bank_account", "bacs_debit", "customer_balance"]
REFUSED = "requires_payment_method"
CODES = {EXPIRED: "expired_card", GONE_WRONG: "processing_error"}


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
        "last_setup_error": _setup_error(row),
        "metadata": row.metadata,
        "payment_method": row.method_id if _setup_status(row) != REFUSED else None,
        "payment_method_types": ["card", "sepa_debit"],
        "status": _setup_status(row),
        "usage": "off_session",
    }


def _setup_status(row: SandboxSession) -> str:
    if row.method is None or row.method.refused_at:
        return REFUSED
    return "succeeded" if row.method.is_verified else "requires_action"


def _setup_error(row: SandboxSession) -> Shape | None:
    if row.method is None or row.method.refused_at is None:
        return None
    code = SAVED_BY_CODE[row.method.outcome].refused_as
    return {"type": "invalid_request_error", "code": code, "message": "The provider's own words."}


def payment_intent(row: SandboxPayment) -> Shape:
    is_wire = row.outcome.startswith("transfer")
    waits = is_wire and row.status == SandboxPayment.Status.PROCESSING
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
        "status": "requires_action" if waits else row.status,
        "transfer_group": row.reference,
        **({"next_action": instructions(row)} if waits else {}),
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
        "billing_details": billing(row.customer),
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
        **_why_pending(row),
        **({"failure_balance_transaction": back} if back else {}),
        **({"failure_reason": "expired_or_canceled_card"} if failed else {}),
    }


def _why_pending(row: SandboxRefund) -> Shape:
    if row.status != SandboxRefund.Status.PENDING:
        return {}
    return {"pending_reason": "insufficient_funds" if row.is_short else "processing"}


def problem_of(row: SandboxPayment) -> Shape | None:
    """The error that a refused payment carries, and that the call was answered with."""
    if not row.problem:
        return None
    outcome = outcome_of(row)
    code = "card_declined"
    if outcome.ending == Ending.TO_CONFIRM and row.method_id:
        code = "authentication_required"
    elif row.problem in CODES:
        code = CODES[row.problem]
    error = {"type": "card_error", "code": code, "message": row.problem}
    decline_code = getattr(outcome, "decline_code", "")
    return {**error, "decline_code": decline_code} if decline_code else error


def _payment_status(*, is_setup: bool, is_paid: bool) -> str:
    if is_setup:
        return "no_payment_required"
    return "paid" if is_paid else "unpaid"


def billing(customer: SandboxCustomer) -> Shape:
    return {
        "address": None,
        "email": customer.email,
        "name": customer.name,
        "phone": None,
        "tax_id": None,
    }
