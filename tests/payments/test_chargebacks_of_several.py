"""A bank decides about several lots of one payment, or about one payment several times."""

from __future__ import annotations

import pytest

from billing_site.people.models import User
from payments.gateways.base import DisputeState, Kind
from payments.gateways.sandbox.gateway import SandboxGateway
from payments.models import Charge, Chargeback, Escrow
from payments.services import earnings, escrow
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON
from tests.payments.books import assert_every_law_holds, available, held
from tests.payments.given_chargebacks import decided, wanted

pytestmark = pytest.mark.django_db
LATER = NOON + 20 * DAY


def two_available(alice: User, bob: User) -> Charge:
    """One payment of Alice brought Bob two lots of 881, and he may withdraw them."""
    both = [given.terms(bob, document=f"milestone/M{place}") for place in (1, 2)]
    charge = given.paid(given.begin(alice, both))
    for place, each in enumerate(Escrow.objects.order_by("pk")):
        escrow.release(each.pk, document=f"INV{place}", at=NOON + DAY)
    earnings.make_available(at=LATER)
    return charge


def shown(case: Chargeback) -> DisputeState:
    state = SandboxGateway().fetch(Kind.DISPUTE, case.dispute_id)
    assert isinstance(state, DisputeState)
    return state


def test_what_two_lots_lost_is_given_back_against_one_debt(alice: User, bob: User) -> None:
    charge = two_available(alice, bob)
    given.requested_payout(bob, given.payout_method(bob), EUR("1000.00"), at=LATER)
    given.settle(at=LATER + 5 * DAY)
    case = decided(wanted(charge, at=LATER + 6 * DAY), won=False, at=LATER + 7 * DAY)
    assert held(f"freelancer:{given.organization(bob).pk}:debt") == EUR("-1000.00")

    case = decided(case, won=True, at=LATER + 8 * DAY)

    assert (case.state, available(bob)) == ("won", EUR("762.00"))
    assert held(f"freelancer:{given.organization(bob).pk}:debt") == EUR("0.00")
    assert_every_law_holds()
