"""What the provider shows of a payment that a bank wants back."""

from __future__ import annotations

from typing import Any

from payments.gateways.sandbox.models import (
    SandboxBalanceLine,
    SandboxDispute,
    SandboxFile,
    SandboxWarning,
)
from payments.gateways.sandbox.shapes.accounts import balance_line
from payments.gateways.sandbox.shapes.seconds import seconds

REFUNDABLE = ("warning_needs_response", "warning_under_review", "warning_closed")


def dispute(row: SandboxDispute) -> dict[str, Any]:
    lines = SandboxBalanceLine.objects.filter(source_id=row.id).order_by("created_at", "id")
    return {
        "id": row.id,
        "object": "dispute",
        "livemode": False,
        "amount": row.amount,
        "balance_transactions": [balance_line(line) for line in lines],
        "charge": row.payment.charge_id,
        "created": seconds(row.created_at),
        "currency": row.currency.lower(),
        "enhanced_eligibility_types": [],
        "evidence": {**row.evidence, "enhanced_evidence": {}},
        "evidence_details": {
            "due_by": seconds(row.due_by) if row.due_by else None,
            "enhanced_eligibility": {},
            "has_evidence": bool(row.evidence),
            "past_due": False,
            "submission_count": 1 if row.submitted_at else 0,
        },
        "is_charge_refundable": row.status in REFUNDABLE,
        "metadata": {},
        "payment_intent": row.payment_id,
        "reason": row.reason,
        "status": row.status,
    }


def warning(row: SandboxWarning) -> dict[str, Any]:
    return {
        "id": row.id,
        "object": "radar.early_fraud_warning",
        "livemode": False,
        "actionable": row.is_actionable,
        "charge": row.payment.charge_id,
        "created": seconds(row.created_at),
        "fraud_type": row.reason,
        "payment_intent": row.payment_id,
    }


def file(row: SandboxFile) -> dict[str, Any]:
    return {
        "id": row.id,
        "object": "file",
        "created": seconds(row.created_at),
        "expires_at": None,
        "filename": row.name,
        "purpose": "dispute_evidence",
        "size": len(row.content),
        "title": None,
        "type": row.content_type.partition("/")[2].replace("jpeg", "jpg"),
        "url": f"https://files.stripe.com/v1/files/{row.id}/contents",
    }
