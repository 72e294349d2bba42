from __future__ import annotations

import pytest
from django.db import transaction

from ledger.models import Reservation, ReservationEnd
from ledger.queries.balances import spendable
from ledger.services.posting import InsufficientFunds, KeyReused, post
from ledger.services.refusals import AlreadyEnded
from ledger.services.reserving import NoSuchAccount, NoSuchReservation, end, reserve
from tests.given import EUR
from tests.ledger.books import NOON, WORLD, balances, move, purse

pytestmark = pytest.mark.django_db
ESCROW = purse("E1")
VOIDED = ReservationEnd.Outcome.VOIDED


@pytest.fixture(autouse=True)
def _ten_euros() -> None:
    post(move("in", WORLD, ESCROW, 1000))


def test_what_is_reserved_cannot_be_spent() -> None:
    reserve(ESCROW, EUR("6.00"), key="case", at=NOON)

    assert spendable("purse:E1", "EUR") == EUR("4.00")
    with pytest.raises(InsufficientFunds), transaction.atomic():
        post(move("too much", ESCROW, WORLD, 401))
    assert balances()["purse:E1 EUR"] == 1000
    post(move("the rest", ESCROW, WORLD, 400))
    assert spendable("purse:E1", "EUR") == EUR("0.00")


def test_what_was_let_go_can_be_spent() -> None:
    reserve(ESCROW, EUR("6.00"), key="case", at=NOON)
    end("case", outcome=VOIDED, at=NOON)

    post(move("all", ESCROW, WORLD, 1000))

    assert balances() == {}


def test_nobody_reserves_what_is_not_there() -> None:
    reserve(ESCROW, EUR("6.00"), key="case", at=NOON)

    with pytest.raises(InsufficientFunds), transaction.atomic():
        reserve(ESCROW, EUR("4.01"), key="other", at=NOON)

    assert Reservation.objects.get().key == "case"


def test_a_reservation_ends_once() -> None:
    reserve(ESCROW, EUR("6.00"), key="case", at=NOON)
    end("case", outcome=ReservationEnd.Outcome.CAPTURED, at=NOON)

    with pytest.raises(AlreadyEnded), transaction.atomic():
        end("case", outcome=VOIDED, at=NOON)

    assert ReservationEnd.objects.get().outcome == "captured"
    assert spendable("purse:E1", "EUR") == EUR("10.00")


def test_a_key_reserves_once() -> None:
    reserve(ESCROW, EUR("1.00"), key="case", at=NOON)

    with pytest.raises(KeyReused), transaction.atomic():
        reserve(ESCROW, EUR("1.00"), key="case", at=NOON)

    assert spendable("purse:E1", "EUR") == EUR("9.00")


def test_what_does_not_exist_is_said_so() -> None:
    with pytest.raises(NoSuchAccount):
        reserve(purse("E2"), EUR("1.00"), key="case", at=NOON)
    with pytest.raises(NoSuchReservation):
        end("case", outcome=VOIDED, at=NOON)
