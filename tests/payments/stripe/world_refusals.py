"""What the sandbox refuses, as the provider would say it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from payments.gateways.base import (
    Busy,
    Declined,
    GatewayError,
    InsufficientFunds,
    InvalidRequest,
    KeyReused,
    NeedsAction,
    NotLetIn,
    OutcomeUnknown,
)
from payments.gateways.sandbox.models import SandboxPayment
from payments.gateways.sandbox.shapes import shape_of
from tests.contract.examples import refusal

Body = dict[str, Any]
Answered = tuple[int, Body]
WRONG = "invalid_request_error"
CARD = {"type": "card_error"}
NOT_THERE: Answered = (404, refusal(WRONG, code="resource_missing"))


def refused(error: GatewayError) -> Answered:
    return REFUSALS[type(error)](error)


def _said(error: GatewayError, type_: str, code: str = "") -> Body:
    return refusal(type_, message=str(error), **({"code": code} if code else {}))


def _decline(error: Declined) -> Body:
    said = {"code": error.code, "message": error.user_message}
    return {**said, "decline_code": error.decline_code} if error.decline_code else said


def _to_confirm(error: NeedsAction) -> Body:
    payment = shape_of(SandboxPayment.objects.get(pk=error.payment_id))
    return {"code": "authentication_required", "message": "No.", "payment_intent": payment}


REFUSALS: dict[type[GatewayError], Callable[[Any], Answered]] = {
    InsufficientFunds: lambda error: (400, _said(error, WRONG, "balance_insufficient")),
    InvalidRequest: lambda error: (400, _said(error, WRONG, error.code)),
    KeyReused: lambda error: (400, _said(error, "idempotency_error")),
    OutcomeUnknown: lambda error: (500, _said(error, "api_error")),
    NotLetIn: lambda error: (401, _said(error, WRONG)),
    Busy: lambda error: (429, _said(error, WRONG, "rate_limit")),
    Declined: lambda error: (402, {"error": {**CARD, **_decline(error)}}),
    NeedsAction: lambda error: (402, {"error": {**CARD, **_to_confirm(error)}}),
}
