from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from billing_site.kernel.money import from_minor
from billing_site.kernel.transitions import SYSTEM, WrongState
from billing_site.people.models import User
from ledger.models import Entry
from payments.models import Charge, Escrow, Lot, Refund
from payments.services import earnings, escrow
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON
from tests.payments.books import assert_every_law_holds, available, held, pending

THE_END = SYSTEM("the contract ended")


def release(it: Escrow, *, document: str = "INV1") -> escrow.Release:
    return escrow.release(it.pk, document=document, at=NOON + DAY)


def test_release_pays_the_freelancer_less_our_fee(held_escrow: Escrow, bob: User) -> None:
    made = release(held_escrow)

    assert (made.freelancer_fee, made.freelancer_fee_tax) == (EUR("100.00"), EUR("19.00"))
    assert made.client_fee == EUR("50.00")
    assert made.net_to_freelancer == made.lot.amount == EUR("881.00")
    assert made.available_at == NOON + 6 * DAY
    assert pending(bob) == EUR("881.00")
    assert available(bob) == held(f"escrow:{held_escrow.ref}") == EUR("0.00")
    assert held("income:freelancer_fee") == EUR("100.00")
    assert held("income:client_fee") == EUR("50.00")
    assert held("tax:vat:DE") == EUR("28.50")
    assert_every_law_holds()


def test_a_second_release_pays_nothing(held_escrow: Escrow, bob: User) -> None:
    release(held_escrow)

    with pytest.raises(WrongState, match="Nothing can leave"):
        release(held_escrow, document="INV2")

    assert pending(bob) == EUR("881.00")
    assert Lot.objects.count() == 1


def test_nothing_is_released_before_it_arrived(alice: User, bob: User) -> None:
    charge = given.begun_charge(client=alice, freelancer=bob)

    with pytest.raises(WrongState):
        escrow.release(given.escrow_of(charge).pk, document="INV1", at=NOON)

    assert not Entry.objects.exists()


def test_a_lot_becomes_available_on_its_date(held_escrow: Escrow, bob: User) -> None:
    made = release(held_escrow)
    due = made.available_at

    assert earnings.make_available(at=due - timedelta(seconds=1)) == []
    assert available(bob) == EUR("0.00")

    assert earnings.make_available(at=due) == [made.lot]
    assert earnings.make_available(at=due) == []
    assert (available(bob), pending(bob)) == (EUR("881.00"), EUR("0.00"))
    assert_every_law_holds()


def test_a_late_sweep_acts_as_of_the_date(held_escrow: Escrow) -> None:
    due = release(held_escrow).available_at

    earnings.make_available(at=due + 30 * DAY)

    assert Lot.objects.get().made_available_at == due
    assert Entry.objects.get(kind="make_available").occurred_at == due


class TestRefund:
    @pytest.mark.scenario(13)
    def test_all_of_it_goes_back_with_the_fee(self, held_escrow: Escrow, bob: User) -> None:
        refund = escrow.refund(held_escrow.pk, reason="The work ended.", by=THE_END, at=NOON + DAY)
        assert (refund.amount, refund.state) == (EUR("1059.50"), "requested")
        assert held(f"refund:{refund.ref}") == EUR("1059.50")

        given.settle(at=NOON + 2 * DAY)

        assert Refund.objects.get().state == "succeeded"
        assert Escrow.objects.get().state == "refunded"
        assert Charge.objects.get().refunded == EUR("1059.50")
        assert held(f"refund:{refund.ref}") == held("provider:clearing") == EUR("0.00")
        assert held("tax:vat:DE") == pending(bob) == EUR("0.00")
        assert held("provider:balance") == EUR("31.03")  # the provider keeps its fee
        assert_every_law_holds()

    def test_a_second_refund_returns_nothing(self, held_escrow: Escrow) -> None:
        for _ in range(2):
            try:
                escrow.refund(held_escrow.pk, reason="The work ended.", by=THE_END, at=NOON + DAY)
            except WrongState as refusal:
                assert "Nothing can leave" in str(refusal)  # noqa: PT017 -- the second time only
        given.settle(at=NOON + 2 * DAY)

        assert Refund.objects.count() == 1
        assert Charge.objects.get().refunded == EUR("1059.50")

    def test_released_money_is_not_refunded(self, held_escrow: Escrow, bob: User) -> None:
        release(held_escrow)

        with pytest.raises(WrongState):
            escrow.refund(held_escrow.pk, reason="The work ended.", by=THE_END, at=NOON + DAY)

        assert pending(bob) == EUR("881.00")
        assert not Refund.objects.exists()

    def test_one_that_the_bank_does_not_take_stays_set_apart(self, alice: User, bob: User) -> None:
        charge = given.paid(given.begun_charge(client=alice, freelancer=bob), "5126")
        held_one = given.escrow_of(charge)

        escrow.refund(held_one.pk, reason="The work ended.", by=THE_END, at=NOON + DAY)
        given.settle(at=NOON + 2 * DAY)

        refund = Refund.objects.get()
        assert (refund.state, refund.problem) == (
            "failed",
            "The card that was paid with is closed.",
        )
        assert held(f"refund:{refund.ref}") == EUR("1059.50")
        assert_every_law_holds()


@drawn(price=st.integers(1, 10**12), fee=st.integers(0, 10_000), tax=st.integers(0, 2_700))
@settings(max_examples=300)
def test_fees_and_the_rest_are_always_the_whole(price: int, fee: int, tax: int) -> None:
    it = Escrow(
        net=from_minor(price, "EUR"),
        tax=from_minor(0, "EUR"),
        gross=from_minor(price, "EUR"),
        currency="EUR",
        freelancer_fee_bps=fee,
        freelancer_fee_tax_bps=tax,
    )

    assert it.freelancer_fee + it.freelancer_fee_tax + it.net_to_freelancer == it.gross
    assert it.freelancer_fee <= it.gross
