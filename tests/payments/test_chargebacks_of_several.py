"""A bank decides about several lots of one payment, or about one payment several times."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing_site.people.models import User
from billing_site.platform.models import Letter
from ledger.queries.balances import spendable
from payments.gateways.base import DisputeState, Kind
from payments.gateways.sandbox import disputing
from payments.gateways.sandbox.gateway import SandboxGateway
from payments.gateways.sandbox.models import SandboxDispute, SandboxPayment
from payments.models import Charge, Chargeback, Escrow, OpenItem
from payments.queries import bank_words
from payments.services import chargebacks, earnings, escrow, setting_aside
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


def test_a_loss_that_was_never_booked_gives_nobody_anything(alice: User, bob: User) -> None:
    of = given.held_escrow(client=alice, freelancer=bob)
    disputing.take_back_debit(SandboxPayment.objects.get(), at=NOON + DAY)
    row = SandboxDispute.objects.get()
    state = SandboxGateway().fetch(Kind.DISPUTE, row.pk)
    assert isinstance(state, DisputeState)
    assert of.funded_by_id
    chargebacks.follow(of.funded_by_id, state, at=NOON + DAY)

    chargebacks.follow(of.funded_by_id, replace(state, status="won"), at=NOON + DAY)

    case = Chargeback.objects.get()
    assert (case.state, case.booked_at, case.taken_at) == ("won", None, None)
    assert Charge.objects.get().taken_back == EUR("0.00")
    assert_every_law_holds()


def test_who_is_paid_is_locked_before_what_they_have(alice: User, bob: User) -> None:
    charge = two_available(alice, bob)
    given.payout_method(bob)
    case = wanted(charge, at=LATER)
    disputing.close(SandboxDispute.objects.get(), won=False, at=LATER + DAY)
    state = shown(case)

    with CaptureQueriesContext(connection) as ran:
        chargebacks.follow(charge.pk, state, at=LATER + DAY)

    said = [query["sql"] for query in ran.captured_queries]
    payee = next(place for place, sql in enumerate(said) if '"payments_payee"' in sql)
    ended = next(place for place, sql in enumerate(said) if "ledger_reservationend" in sql)
    assert "FOR NO KEY UPDATE" in said[payee]
    assert payee < ended


def test_a_second_case_keeps_only_what_the_first_does_not(alice: User, bob: User) -> None:
    charge = two_available(alice, bob)
    free = f"freelancer:{given.organization(bob).pk}:available"
    wanted(charge, at=LATER, amount=EUR("105.95"))
    first = EUR("1762.00") - spendable(free, "EUR")
    assert EUR("87.00") < first < EUR("89.00")

    wanted(charge, at=LATER + DAY, amount=EUR("105.95"))

    both = EUR("1762.00") - spendable(free, "EUR")
    assert both - 2 * first < EUR("0.05")
    assert both > first
    assert_every_law_holds()


def test_a_second_case_keeps_what_it_may_get_once_the_first_is_won(
    alice: User, bob: User, charlie: User
) -> None:
    """Banks take from Charlie first, who was paid last: from Bob, only what is not there."""
    charge = given.paid(given.begin(alice, [given.terms(bob), given.terms(charlie)]))
    for place, each in enumerate(Escrow.objects.order_by("pk")):
        escrow.release(each.pk, document=f"INV{place}", at=NOON + DAY)
    earnings.make_available(at=LATER)
    first, second = (wanted(charge, at=LATER, amount=EUR("741.65")) for _ in range(2))
    whose = given.organization(charlie)
    stakes = [case.stakes.get(freelancer=whose) for case in (first, second)]
    assert [stake.amount for stake in stakes] == [EUR("616.70"), EUR("264.30")]

    decided(first, won=True, at=LATER + DAY)

    stake = second.stakes.get(freelancer=whose)
    assert stake.amount == setting_aside.kept_of(stake) == EUR("616.70")
    told = Letter.objects.filter(subject__endswith="stands", email=charlie.email).get()
    assert (
        "stands, and €264.30 goes on where it was, and €352.40 is kept until a bank decides"
        " another case."
    ) in " ".join(told.text.split())
    assert_every_law_holds()


@pytest.mark.parametrize("other", [{"amount": -105_949}, {"currency": "USD"}])
def test_another_sum_than_the_case_is_about_is_not_booked(
    alice: User, bob: User, other: dict[str, Any]
) -> None:
    of = given.held_escrow(client=alice, freelancer=bob)
    row = disputing.dispute(SandboxPayment.objects.get(), at=NOON + DAY)
    state = SandboxGateway().fetch(Kind.DISPUTE, row.pk)
    assert isinstance(state, DisputeState)
    assert state.taken
    assert of.funded_by_id

    with pytest.raises(chargebacks.OtherSum):
        chargebacks.follow(
            of.funded_by_id, replace(state, taken=replace(state.taken, **other)), at=NOON + DAY
        )

    assert not Chargeback.objects.exists()
    chargebacks.follow(of.funded_by_id, state, at=NOON + DAY)
    assert held("chargeback:" + Chargeback.objects.get().ref) == EUR("-1059.50")


def test_who_loses_what_is_held_and_what_was_paid_reads_of_both(alice: User, bob: User) -> None:
    both = [given.terms(bob, document=f"milestone/M{place}") for place in (1, 2)]
    charge = given.paid(given.begin(alice, both))
    released = Escrow.objects.order_by("pk")[0]
    escrow.release(released.pk, document="INV1", at=NOON + DAY)
    earnings.make_available(at=LATER)
    given.requested_payout(bob, given.payout_method(bob), EUR("500.00"), at=LATER)
    given.settle(at=LATER + 5 * DAY)

    decided(wanted(charge, at=LATER + 6 * DAY), won=False, at=LATER + 7 * DAY)

    letter = Letter.objects.get(subject__contains="has taken a payment back")
    read = " ".join(letter.text.split())
    assert "is not held any more" in read
    assert "€381.00 was taken from your earnings. €500.00 was not there any more" in read


def test_a_client_reads_what_they_still_owe_and_only_where_it_is_lost(
    alice: User, bob: User
) -> None:
    of = given.held_escrow(client=alice, freelancer=bob)
    escrow.release(of.pk, document="INV1", at=NOON + DAY)
    disputing.take_back_debit(SandboxPayment.objects.get(), at=NOON + 2 * DAY)
    given.settle(at=NOON + 3 * DAY)
    case, charge = Chargeback.objects.get(), Charge.objects.get()
    assert "You owe €1,059.50 of it again" in bank_words.to_client(charge)[1]

    given.part_paid(OpenItem.objects.get(), EUR("59.50"), by=alice, at=NOON + 4 * DAY)
    assert "You owe €1,000.00 of it again" in bank_words.to_client(charge)[1]

    decided(case, won=True, at=NOON + 6 * DAY)
    assert len(bank_words.to_client(charge)) == 1
