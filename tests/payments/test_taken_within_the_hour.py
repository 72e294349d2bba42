"""A bank has decided, and its balance line is on its way: until then the money stays put."""

from __future__ import annotations

from datetime import timedelta

import pytest

from billing_site.kernel.transitions import NotAllowed
from billing_site.people.models import User
from payments.gateways.sandbox import disputing
from payments.gateways.sandbox.delivery import deliver_due
from payments.gateways.sandbox.models import SandboxPayment
from payments.models import Charge, Chargeback, Freeze
from payments.services import escrow
from tests import given_payments as given
from tests.given_payments import DAY, NOON, SOON
from tests.payments.books import assert_every_law_holds

pytestmark = pytest.mark.django_db


@pytest.mark.scenario(41)
def test_between_lost_and_taken_nothing_leaves(alice: User, bob: User) -> None:
    held = given.held_escrow(client=alice, freelancer=bob)
    at = NOON + 2 * DAY
    disputing.take_back_debit(SandboxPayment.objects.get(), at=at)
    given.settle(at=at + timedelta(seconds=30))

    case = Chargeback.objects.get()
    assert (case.state, case.taken_at, case.is_undecided) == ("lost", None, True)
    assert Freeze.objects.open().filter(escrow=held, cause="chargeback").count() == 1
    for deed in (
        lambda: escrow.refund(held.pk, reason="The work ended.", by=alice, at=at),
        lambda: escrow.release(held.pk, document="INV1", at=at),
    ):
        with pytest.raises(NotAllowed):
            deed()
    assert not Charge.objects.refundable_of(given.organization(alice), "EUR").exists()

    for _ in range(2):
        given.settle(at=at + SOON)

    case.refresh_from_db()
    held.refresh_from_db()
    assert (case.is_undecided, held.state) == (False, "lost")
    assert case.booked_at
    assert not Freeze.objects.open().exists()
    assert deliver_due(at=at + SOON) == 0
    assert_every_law_holds()
