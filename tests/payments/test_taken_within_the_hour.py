"""A bank has decided, and its balance line is on its way: until then the money stays put."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from billing_site.desk_queue import Open, open_work
from billing_site.kernel.transitions import NotAllowed
from billing_site.people.models import User
from billing_site.platform import clock
from invoices.queries.money_stops import released
from payments.gateways import current
from payments.gateways.base import DisputeState, Kind
from payments.gateways.sandbox import disputing
from payments.gateways.sandbox.delivery import deliver_due
from payments.gateways.sandbox.models import SandboxPayment
from payments.models import Charge, Chargeback, Freeze
from payments.services import chargebacks, escrow
from tests import given_payments as given
from tests.factories.people import UserFactory
from tests.given_payments import DAY, NOON, SOON
from tests.payments.books import assert_every_law_holds
from tests.signing_in import session_of, with_second_factor

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
    assert_every_law_holds()

    for _ in range(2):
        given.settle(at=at + SOON)

    case.refresh_from_db()
    held.refresh_from_db()
    assert (case.is_undecided, held.state) == (False, "lost")
    assert case.booked_at
    assert not Freeze.objects.open().exists()
    assert deliver_due(at=at + SOON) == 0
    assert_every_law_holds()


def test_a_lot_is_kept_until_it_is_taken(alice: User, bob: User) -> None:
    """The case of a card was an inquiry, and is lost at once: the line comes later."""
    lot = given.released(client=alice, freelancer=bob).lot
    row = disputing.dispute(SandboxPayment.objects.get(), at=NOON, is_inquiry=True)
    state = current().fetch(Kind.DISPUTE, row.pk)
    assert isinstance(state, DisputeState)
    charge = Charge.objects.get()

    for _ in range(2):
        chargebacks.follow(charge.pk, replace(state, status="lost", taken=None), at=NOON)

    lot.refresh_from_db()
    assert lot.kept_for == Chargeback.objects.get()
    stop = released(lot, for_client=True, at=lot.available_at + DAY)[-1]
    assert (stop.words, stop.done) == ("Available to withdraw", False)
    assert stop.note == "kept until your bank decides"
    assert_every_law_holds()


def test_what_is_never_taken_is_said_at_the_desk(alice: User, bob: User) -> None:
    """Its money stays put for as long as that lasts."""
    given.held_escrow(client=alice, freelancer=bob)
    disputing.take_back_debit(SandboxPayment.objects.get(), at=NOON)
    given.settle(at=NOON + timedelta(seconds=30))
    finn = UserFactory.create(name="Finn", is_staff=True, roles=["finance"])
    with_second_factor(finn)

    def shown(at: datetime) -> Open:
        return next(each for each in open_work(finn, at=at) if each.words.startswith("Lost"))

    assert shown(NOON + DAY).count == 0
    late = shown(NOON + DAY + SOON)
    assert (late.count, late.late) == (1, 1)
    with clock.pinned(NOON + DAY + SOON):
        listed = session_of(finn).get(late.url).context["cl"].result_list
    assert [case.state for case in listed] == ["lost"]
    assert_every_law_holds()

    given.settle(at=NOON + 2 * DAY)
    assert shown(NOON + 3 * DAY).count == 0
