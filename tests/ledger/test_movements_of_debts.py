"""Worked examples of a debt that ends by choice, or is given up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from ledger import chart, movements
from ledger.movements import Movement
from ledger.queries.journal import journal
from ledger.services.posting import Refused, post
from tests.given import EUR
from tests.ledger.books import NOON, WORLD, balances, credited, debited, move

pytestmark = pytest.mark.django_db


def repaid(bob: int, amount: str, ref: str = "P1") -> Movement:
    return movements.repay_debt(payment=ref, freelancer=bob, amount=EUR(amount), at=NOON)


def given_up(bob: int, amount: str, ref: str = "W1") -> Movement:
    return movements.write_off_debt(write_off=ref, freelancer=bob, amount=EUR(amount), at=NOON)


@pytest.mark.parametrize(
    ("ends", "memo", "paid_by"),
    [
        (repaid, "Debt paid back", "freelancer:{}:available"),
        (given_up, "Debt written off", "cost:debt"),
    ],
)
def test_l32_it_ends_once_and_by_no_more_than_is_owed(
    bob: int, ends: Callable[..., Any], memo: str, paid_by: str
) -> None:
    post(move("owed", chart.freelancer_debt(bob), WORLD, 58000))
    post(move("free", WORLD, chart.available(bob), 90000))

    assert post(ends(bob, "145.00")).is_new
    assert not post(ends(bob, "145.00")).is_new

    assert journal().endswith(f"""\
2025-11-03  {memo}
{debited(paid_by.format(bob), "145.00 EUR")}
{credited(f"freelancer:{bob}:debt", "145.00 EUR")}""")
    assert balances()[f"freelancer:{bob}:debt EUR"] == -43500
    with pytest.raises(Refused), transaction.atomic():
        post(ends(bob, "435.01", "X2"))


def test_l32_what_was_given_up_and_comes_back_is_ours_again(bob: int) -> None:
    post(move("free", WORLD, chart.available(bob), 14500))
    facts: dict[str, Any] = {"case": "D1", "lot": "L1", "freelancer": bob, "at": NOON}

    back = movements.recover_given_up(amount=EUR("145.00"), **facts)
    assert [post(back).is_new for _ in range(2)] == [True, False]

    assert journal().endswith(f"""\
2025-11-03  Kept for a debt that was given up
{debited(f"freelancer:{bob}:available", "145.00 EUR")}
{credited("cost:debt", "145.00 EUR")}""")
