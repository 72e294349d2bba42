from __future__ import annotations

import pytest

from billing_site.people.models import User
from payments.models import Charge, Escrow
from tests import given_payments as given
from tests.given_payments import EUR
from tests.payments.books import assert_every_law_holds, held


@pytest.fixture
def charge(alice: User, bob: User) -> Charge:
    return given.begun_charge(client=alice, freelancer=bob)


def escrow_of(charge: Charge) -> Escrow:
    return Escrow.objects.get(settlement__charge=charge)


def test_a_paid_charge_fills_its_escrow(charge: Charge) -> None:
    assert (charge.state, escrow_of(charge).state) == ("begun", "expected")

    charge = given.paid(charge)

    escrow = escrow_of(charge)
    assert (charge.state, escrow.state) == ("succeeded", "held")
    assert held(f"escrow:{escrow.ref}") == EUR("1000.00")
    assert held(f"deferred:client_fee:{escrow.ref}") == EUR("50.00")
    assert held("provider:clearing") == EUR("0.00")
    assert held("provider:balance") == EUR("-1028.47")  # 1,059.50 less 31.03
    assert_every_law_holds()
