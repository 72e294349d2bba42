"""Payments that nothing waits for, and what the provider's balance says of any payment."""

from __future__ import annotations

from datetime import datetime

from billing_site.kernel.money import from_minor
from ledger import movements
from ledger.movements import Movement
from payments.gateways.base import PaymentState, Status
from payments.models import Charge, StrayPayment
from payments.services import refunds
from payments.services.other_currency import is_other_currency


def set_apart(charge: Charge, state: PaymentState, why: str, at: datetime) -> list[Movement]:
    """Set apart what nothing waits for, and send it back. Learning of it again does nothing."""
    amount = from_minor(state.amount, state.currency)
    stray, is_new = StrayPayment.objects.get_or_create(
        payment_id=state.payment_id,
        defaults={
            "charge": charge,
            "currency": state.currency,
            "amount": amount,
            "why": why,
            "received_at": at,
            "returned_at": at,
        },
    )
    if not is_new:
        return []
    refund = refunds.request(
        charge, amount=amount, payment_id=state.payment_id, reason=why, at=at, stray=stray
    )
    return [
        movements.receive_unmatched(stray=stray.ref, amount=amount, at=at),
        movements.return_unmatched(
            stray=stray.ref, refund=refund.ref, client=charge.client_id, amount=amount, at=at
        ),
    ]


def booked(charge: Charge, state: PaymentState, at: datetime) -> list[Movement]:
    """The provider booked the payment on its balance, and says what that cost us."""
    if state.line is None or state.status != Status.SUCCEEDED:
        return []
    is_ours = charge.payment_id == state.payment_id and charge.state == Charge.State.SUCCEEDED
    found = StrayPayment.objects.filter(payment_id=state.payment_id).first()
    assert found or is_ours, "What arrived is the charge's, or set apart."
    about: Charge | StrayPayment = found or charge
    if about.settled_at is not None:
        return []
    if is_other_currency(state.line, state.currency):
        return []
    about.settled_at = at
    about.save(update_fields=["settled_at"])
    return [
        movements.settle_provider_line(
            line=state.line.line_id,
            reference=("charge" if about is charge else "stray", about.ref),
            amount=from_minor(state.line.amount, state.line.currency),
            cost=from_minor(state.line.cost, state.line.currency),
            at=at,
        )
    ]
