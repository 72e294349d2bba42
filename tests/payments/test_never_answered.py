"""A call that fails again and again: in doubt until its payment is heard of."""

from __future__ import annotations

from datetime import timedelta

import pytest

from billing_site.people.models import User
from billing_site.platform import clock, queue
from ledger.models import Entry
from payments.gateways.base import OutcomeUnknown
from payments.gateways.sandbox import faults
from payments.gateways.sandbox.models import SandboxPayment
from payments.models import Charge, ChargeAttempt, GatewayCommand
from payments.services import outbox
from tests import given_payments as given
from tests.given_payments import NOON
from tests.payments.collected import assert_funded_once, collected

HOUR = timedelta(hours=1)


@pytest.mark.scenario(49)
def test_49_an_error_that_is_repeated_is_no_answer(alice: User, bob: User) -> None:
    given.payment_method(alice)
    charge = collected(alice, bob)
    with faults.planned("after", "charge_saved", OutcomeUnknown("500")):
        with clock.pinned(NOON):
            queue.drain()
        for hours in range(1, 4):
            with clock.pinned(NOON + hours * HOUR) as later:
                outbox.run_stuck(at=later)

        command = GatewayCommand.objects.get(kind="charge_saved")
        assert (command.state, command.attempts) == ("unknown", 4)
        assert (ChargeAttempt.objects.get().outcome, Entry.objects.exists()) == ("asked", False)
        assert Charge.objects.get().state == "begun", "Neither paid nor refused, as far as we know."

        given.settle(at=NOON + 4 * HOUR)  # It is told what became of it.
        charge.refresh_from_db()
        assert_funded_once(charge)

    with clock.pinned(NOON + 5 * HOUR) as later:
        outbox.run_stuck(at=later)
    command.refresh_from_db()
    charge.refresh_from_db()
    assert (command.state, ChargeAttempt.objects.get().outcome) == ("done", "paid")
    assert SandboxPayment.objects.count() == 1
    assert_funded_once(charge)
