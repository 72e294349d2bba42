"""Sixteen learn of a bank transfer at once, or decide about one: it is booked one way, once."""

from __future__ import annotations

import pytest

from billing_site.people.models import User
from ledger.models import Entry
from payments import gateways
from payments.gateways.base import DisputeState, Kind
from payments.gateways.sandbox import disputing, wires
from payments.gateways.sandbox.models import SandboxCash, SandboxCustomer, SandboxPayment
from payments.models import BankTransfer, Chargeback, GatewayCommand, Refund, StrayPayment
from payments.services import bank_transfers, chargebacks, methods, unmatched
from tests import given_payments as given
from tests.factories.people import UserFactory
from tests.given_payments import DAY, EUR, NOON, SOON
from tests.payments.books import assert_every_law_holds, held
from tests.payments.given_chargebacks import decided
from tests.payments.racing import THREADS, at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def customer(alice: User, bob: User) -> SandboxCustomer:
    given.begun_charge(client=alice, freelancer=bob, at=NOON - DAY)
    return SandboxCustomer.objects.get()


def test_sixteen_learn_of_two_transfers_and_take_each_once(customer: SandboxCustomer) -> None:
    for amount in (10_000, 20_000):
        wires.receive(customer.pk, amount, "EUR", reference="", at=NOON)
    states = [
        gateways.current().fetch(Kind.CASH, f"{customer.pk}/{row.pk}")
        for row in SandboxCash.objects.all()
    ]

    ended = at_once(
        *[lambda state=state: bank_transfers.follow(state, at=NOON) for state in states]
    )
    given.settle(at=NOON + SOON)

    assert ended == {"done": 16}
    assert sorted(BankTransfer.objects.values_list("amount", flat=True)) == [100, 200]
    assert GatewayCommand.objects.filter(kind="draw_cash", state="done").count() == 2
    assert Entry.objects.filter(kind="keep_payment").count() == 2
    assert_every_law_holds()


def test_sixteen_decide_both_ways_and_one_is_obeyed(customer: SandboxCustomer) -> None:
    finn = UserFactory.create(
        name="Finn", email="finn@example.org", is_staff=True, roles=["finance"]
    )
    wires.receive(customer.pk, 75_000, "EUR", reference="Order 4711", at=NOON)
    given.settle(at=NOON + SOON)
    stray = StrayPayment.objects.get()

    ended = at_once(
        *[
            lambda deed=deed: deed(stray.pk, reason="They wrote to us.", by=finn, at=NOON + DAY)
            for deed in (unmatched.match, unmatched.send_back)
        ]
    )

    assert ended == {"done": 1, "refused in words": 15}
    assert held("suspense") == EUR("0.00")
    stray.refresh_from_db()
    assert (stray.matched_at is None) == Refund.objects.exists()
    assert_every_law_holds()


def test_its_client_has_it_or_its_bank_wants_it(customer: SandboxCustomer) -> None:
    """Either it is found to be theirs first, and is as any payment; or nobody may say so."""
    finn = UserFactory.create(
        name="Finn", email="finn@example.org", is_staff=True, roles=["finance"]
    )
    wires.receive(customer.pk, 75_000, "EUR", reference="Order 4711", at=NOON)
    given.settle(at=NOON + SOON)
    stray = StrayPayment.objects.get()
    row = disputing.dispute(SandboxPayment.objects.get(), at=NOON + DAY)
    state = gateways.current().fetch(Kind.DISPUTE, row.pk)
    assert isinstance(state, DisputeState)

    at_once(
        lambda: unmatched.match(stray.pk, reason="They wrote.", by=finn, at=NOON + DAY),
        lambda: chargebacks.follow(stray.charge_id, state, at=NOON + DAY),
    )

    stray.refresh_from_db()
    case = Chargeback.objects.get()
    assert (case.stray is None) == (stray.matched_at is not None)
    assert Entry.objects.filter(kind="open_chargeback").count() == 1
    decided(case, won=False, at=NOON + 3 * DAY)
    assert held("suspense") == held(f"chargeback:{case.ref}") == EUR("0.00")
    assert_every_law_holds()


def test_sixteen_ask_at_once_where_to_save_a_card_and_send_a_transfer() -> None:
    alice = given.payer()
    ours = given.organization(alice)

    ended = at_once(
        lambda: methods.begin_setup(ours, by=alice, at=NOON),
        lambda: bank_transfers.ask_for_details(ours, by=alice, at=NOON),
    )

    assert ended == {"done": THREADS}
    assert GatewayCommand.objects.count() == THREADS
