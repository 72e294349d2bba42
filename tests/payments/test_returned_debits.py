"""A bank debit comes back, under whatever name its bank has for that."""

from __future__ import annotations

from datetime import timedelta

import pytest

from billing_site.people.models import User
from ledger.queries.journal import journal
from payments.gateways.sandbox import disputing
from payments.gateways.sandbox.models import SandboxPayment
from payments.models import Chargeback, OpenItem
from payments.services import escrow
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON, SOON
from tests.payments.books import assert_every_law_holds, held, pending

pytestmark = pytest.mark.django_db
EIGHT_WEEKS = timedelta(weeks=8)


@pytest.mark.scenario(20)
@pytest.mark.parametrize("reason", ["general", "customer_initiated", "check_returned"])
def test_no_freelancer_pays_for_a_debit_that_comes_back_after_eight_weeks(
    alice: User, bob: User, reason: str
) -> None:
    charge = given.begun_charge(client=alice, freelancer=bob)
    given.paid(charge, "debit")
    given.settle(at=NOON + 5 * DAY)
    escrow.release(given.escrow_of(charge).pk, document="INV1", at=NOON + 6 * DAY)
    payment = SandboxPayment.objects.get()
    theirs = pending(bob)

    for _ in range(2):  # And again: the provider tells twice.
        if not Chargeback.objects.exists():
            disputing.take_back_debit(payment, reason=reason, at=NOON + EIGHT_WEEKS)
        given.settle(at=NOON + EIGHT_WEEKS + SOON)

    case, item = Chargeback.objects.get(), OpenItem.objects.get()
    assert (case.state, case.parts.get().kind, case.charge.way) == ("lost", "owed", "sepa_debit")
    assert (item.is_advanced, item.owed) == (True, case.amount)
    assert pending(bob) == theirs == EUR("881.00"), "They keep it, and owe nothing."
    assert held(f"client:{case.charge.client_id}:receivable") == -case.amount
    assert "debt" not in journal()
    assert_every_law_holds()
