"""Payments that a bank wants back, as the sandbox's bank does it."""

from __future__ import annotations

from datetime import datetime

from billing_site.kernel.money import Money, to_minor
from payments.gateways.base import DisputeState, Kind
from payments.gateways.sandbox import disputing
from payments.gateways.sandbox.gateway import SandboxGateway
from payments.gateways.sandbox.models import SandboxDispute, SandboxPayment
from payments.models import Charge, Chargeback, Escrow
from payments.services import chargebacks
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON, SOON, settle


def wanted(
    charge: Charge | None, *, at: datetime, amount: Money | None = None, is_inquiry: bool = False
) -> Chargeback:
    """A bank wants it back, or so much of it, or only asks."""
    assert charge, "What is held was paid."
    payment = SandboxPayment.objects.get(pk=charge.payment_id)
    minor = to_minor(amount) if amount else None
    row = disputing.dispute(payment, at=at, amount=minor, is_inquiry=is_inquiry)
    settle(at=at + SOON)
    return Chargeback.objects.get(dispute_id=row.pk)


def heard_of(charge: Charge | None, *, at: datetime, amount: Money | None = None) -> Chargeback:
    """The same, and nothing else goes on meanwhile."""
    assert charge, "What is held was paid."
    payment = SandboxPayment.objects.get(pk=charge.payment_id)
    row = disputing.dispute(payment, at=at, amount=to_minor(amount) if amount else None)
    state = SandboxGateway().fetch(Kind.DISPUTE, row.pk)
    assert isinstance(state, DisputeState)
    return chargebacks.follow(charge.pk, state, at=at).case


def taken(
    of: Escrow, *, at: datetime = NOON + DAY, amount: str | None = None, inquiry: bool = False
) -> Chargeback:
    """The same of the payment that an escrow was funded with."""
    part = EUR(amount) if amount else None
    return wanted(of.funded_by, at=at, amount=part, is_inquiry=inquiry)


def decided(case: Chargeback, *, won: bool, at: datetime) -> Chargeback:
    disputing.close(SandboxDispute.objects.get(pk=case.dispute_id), won=won, at=at)
    settle(at=at + SOON)
    case.refresh_from_db()
    return case


def wanted_back(*, at: datetime = NOON + 2 * DAY, amount: int | None = None) -> Chargeback:
    row = disputing.dispute(SandboxPayment.objects.get(), at=at, amount=amount)
    given.settle(at=at + SOON)
    return Chargeback.objects.get(dispute_id=row.pk)
