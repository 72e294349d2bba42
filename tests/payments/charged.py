"""What became of a charge, here and at the provider."""

from __future__ import annotations

from payments.gateways import current
from payments.gateways.base import Kind, PaymentState
from payments.models import Charge, Escrow
from tests import given_payments as given


def escrow_of(charge: Charge) -> Escrow:
    return given.escrow_of(charge)


def states_of(charge: Charge) -> tuple[str, str]:
    return Charge.objects.get(pk=charge.pk).state, escrow_of(charge).state


def payment_of(charge: Charge) -> PaymentState:
    """What the gateway says of the payment now."""
    state = current().fetch(Kind.PAYMENT, charge.payment_id)
    assert isinstance(state, PaymentState)
    return state
