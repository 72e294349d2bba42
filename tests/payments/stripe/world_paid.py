"""Payments as the provider shows them: how they were paid, and tried, stands on their charge."""

from __future__ import annotations

from typing import Any

from payments.gateways.sandbox.models import SandboxBalanceLine, SandboxPayment, SandboxRefund
from payments.gateways.sandbox.outcomes import WALLET, Outcome
from payments.gateways.sandbox.saved import Saved, outcome_of
from payments.gateways.sandbox.shapes import payments as shapes
from payments.gateways.sandbox.shapes import shape_of
from tests.payments.stripe.provider import made

Body = dict[str, Any]
Status = SandboxPayment.Status
CHARGE = {Status.SUCCEEDED: "succeeded", Status.PROCESSING: "pending", Status.UNPAID: "failed"}


def payment(row: SandboxPayment) -> Body:
    """Of a page, which of its ways is taken stands on the charge only."""
    shape = shape_of(row)
    types = shapes.WAYS if row.session else shape["payment_method_types"]
    return {**shape, "payment_method_types": types, "latest_charge": _charge_of(row)}


def charge(row: SandboxPayment) -> Body:
    return {
        **shapes.charge(row),
        "status": CHARGE.get(Status(row.status), "failed"),
        "payment_method_details": _details(row),
    }


def refund(row: SandboxRefund) -> Body:
    shape = with_line(shape_of(row))
    back = shape.get("failure_balance_transaction")
    return {**shape, "failure_balance_transaction": _line(back)} if back else shape


def with_line(shape: Body) -> Body:
    return {**shape, "balance_transaction": _line(shape["balance_transaction"])}


def _line(line_id: str | None) -> Body | None:
    line = SandboxBalanceLine.objects.filter(pk=line_id).first()
    return shape_of(line) if line else None


def _charge_of(row: SandboxPayment) -> Body | None:
    """There is one as soon as a bank was asked, which nobody does who waits to be sent money."""
    is_wire = outcome_of(row).method == "customer_balance"
    was_asked = Status(row.status) in CHARGE and not (is_wire and row.status != Status.SUCCEEDED)
    return with_line(charge(row)) if was_asked else None


def _details(row: SandboxPayment) -> Body:
    outcome = outcome_of(row)
    last4 = outcome.last4 if isinstance(outcome, Saved) else outcome.label[-4:]
    if outcome.method == "card":
        return {"type": "card", "card": _card(outcome, last4)}
    known: Body = {}
    if row.arrives_at:
        known = {"last4": last4, "expected_debit_date": row.arrives_at.date().isoformat()}
    return {"type": outcome.method, outcome.method: known}


def _card(outcome: Outcome, last4: str) -> Body:
    brand = outcome.label.partition(" ")[0].lower()
    wallet: Body | None = None
    if outcome.group == WALLET:
        brand = "visa"
        wallet = {"type": "apple_pay", "apple_pay": {}, "dynamic_last4": None}
    return made("payment_method_details_card", brand=brand, last4=last4, wallet=wallet)
