"""A promised transfer is called off through both gateways, or has arrived meanwhile."""

from __future__ import annotations

import pytest

from billing_site.people.models import User
from payments import gateways
from payments.gateways.base import Kind
from payments.gateways.sandbox import wires
from payments.gateways.sandbox.gateway import SandboxGateway
from payments.gateways.sandbox.models import SandboxPayment
from payments.models import Charge, GatewayCommand, PromisedTransfer
from payments.services import promising
from tests import given_payments as given
from tests.given_payments import DAY, NOON, SOON
from tests.payments.books import assert_every_law_holds

pytestmark = pytest.mark.usefixtures("gateway")


@pytest.mark.scenario(21)
@pytest.mark.parametrize("arrives", [False, True])
def test_it_is_given_up(alice: User, bob: User, *, arrives: bool) -> None:
    charge = given.paid(given.begun_charge(client=alice, freelancer=bob), "transfer_never")
    payment = SandboxPayment.objects.get()
    ours, theirs = (
        each.fetch(Kind.PAYMENT, payment.pk) for each in (SandboxGateway(), gateways.current())
    )
    assert ours.wire == theirs.wire is not None  # type: ignore[union-attr] # a payment
    promise, at = PromisedTransfer.objects.get(), NOON + DAY
    assert (promise.missing, promise.reference) == (charge.amount, charge.ref)
    assert promise.number.startswith("DE")

    promising.give_up(charge.pk, by=alice, at=at)
    if arrives:
        wires.receive(payment.customer.pk, 105_950, "EUR", reference=charge.ref, at=at)
    given.settle(at=at + SOON)

    assert GatewayCommand.objects.get(kind="cancel_payment").state == "done"
    assert Charge.objects.get().state == ("succeeded" if arrives else "cancelled")
    assert PromisedTransfer.objects.get().ended_at
    assert_every_law_holds()
