"""How a payment ends: the money is there, or a bank has refused it."""

from __future__ import annotations

from datetime import datetime, timedelta

from payments.gateways.sandbox.models import SandboxPayment
from payments.gateways.sandbox.saved import outcome_of
from payments.gateways.sandbox.shapes.payments import charge as charge_shape
from payments.gateways.sandbox.telling import expect, tell

BOOKED_AFTER = timedelta(minutes=1)


def succeed(payment: SandboxPayment, *, at: datetime) -> None:
    """The money is there. The line of the balance, with what it cost, follows a little later."""
    payment.status, payment.succeeded_at, payment.problem = "succeeded", at, ""
    payment.save()
    tell("charge.succeeded", payment, at=at, shape=charge_shape(payment))
    tell("payment_intent.succeeded", payment, at=at)
    expect("book", payment.id, at=at + BOOKED_AFTER)
    if days := getattr(outcome_of(payment), "complains_after", 0):
        expect("complain", payment.id, at=at + timedelta(days=days))
    if days := getattr(outcome_of(payment), "suspected_after", 0):
        expect("suspect", payment.id, at=at + timedelta(days=days))


def refuse(payment: SandboxPayment, *, at: datetime, problem: str = "") -> None:
    payment.status = SandboxPayment.Status.UNPAID
    payment.problem = problem or outcome_of(payment).problem
    payment.save()
    tell("payment_intent.payment_failed", payment, at=at)
