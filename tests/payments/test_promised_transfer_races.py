"""Money arrives in the second in which its transfer is given up: it is taken once, or credit."""

from __future__ import annotations

import pytest

from billing_site.platform import clock
from ledger.models import Entry
from payments.gateways.sandbox import wires
from payments.gateways.sandbox.models import SandboxPayment
from payments.models import Charge, Escrow, GatewayCommand, StrayPayment
from payments.services import outbox, promising
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON, SOON
from tests.payments.books import assert_every_law_holds, credit_of, held
from tests.payments.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_sixteen_give_it_up_while_it_arrives() -> None:
    alice, bob = given.payer(), given.worker()
    charge = given.paid(given.begun_charge(client=alice, freelancer=bob), "transfer_never")
    payment = SandboxPayment.objects.get()
    at = NOON + DAY

    ended = at_once(lambda: promising.give_up(charge.pk, by=alice, at=at))

    assert ended == {"done": 1, "refused in words": 15}
    command = GatewayCommand.objects.get(kind="cancel_payment")

    def call() -> None:
        with clock.pinned(at):
            outbox.run(command.pk, at=at)

    def arrive() -> None:
        if not first.pop():
            return
        wires.receive(payment.customer.pk, 105_950, "EUR", reference=charge.ref, at=at)

    first = [False] * 7 + [True]
    ended = at_once(call, arrive)
    assert ended == {"done": 16}
    given.settle(at=at + SOON)
    given.settle(at=at + 2 * SOON)

    charge = Charge.objects.get(pk=charge.pk)
    escrow = Escrow.objects.get()
    assert (charge.state, escrow.state) in [("succeeded", "held"), ("cancelled", "dropped")]
    came = held(f"escrow:{escrow.ref}") + credit_of(alice)
    paid = EUR("1059.50") if charge.state == "cancelled" else EUR("1000.00")
    assert came == paid
    assert Entry.objects.filter(kind__in=["fund_escrow", "keep_payment"]).count() == 1
    assert not StrayPayment.objects.exists()
    assert_every_law_holds()
