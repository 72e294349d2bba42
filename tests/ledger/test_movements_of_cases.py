"""Worked examples of what an arbiter costs, EUR 50 a side, and of credit that our staff gives."""

from __future__ import annotations

import pytest
from django.db import transaction

from billing_site.kernel.money import Money
from ledger import chart, movements
from ledger.movements import Movement
from ledger.queries.journal import journal
from ledger.services.posting import InsufficientFunds, KeyReused, post
from tests.given import EUR
from tests.ledger.books import NOON, WORLD, balances, credited, debited, move

pytestmark = pytest.mark.django_db
SHARE = EUR("50.00")


def held(holder: int, *, is_client: bool, amount: Money = SHARE) -> Movement:
    share = "1" if is_client else "2"
    return movements.hold_arbitration_share(
        case="D1", share=share, holder=holder, is_client=is_client, amount=amount, at=NOON
    )


def returned(holder: int, *, is_client: bool) -> Movement:
    share = "1" if is_client else "2"
    return movements.return_arbitration_share(
        case="D1", share=share, holder=holder, is_client=is_client, amount=SHARE, at=NOON
    )


def shifted(winner: int, loser: int, *, winner_is_client: bool, amount: str) -> Movement:
    return movements.shift_costs(
        case="D1",
        loser=loser,
        winner=winner,
        winner_is_client=winner_is_client,
        amount=EUR(amount),
        at=NOON,
    )


def both_have(alice: int, bob: int, minor: int = 8_000) -> None:
    post(move("alice", WORLD, chart.client_credit(alice), minor))
    post(move("bob", WORLD, chart.available(bob), minor))


def test_l35_hold_arbitration_share(alice: int, bob: int) -> None:
    both_have(alice, bob)
    post(held(alice, is_client=True))
    post(held(bob, is_client=False))

    assert journal().endswith(f"""\
2025-11-03  Share of an arbitration held
{debited(f"client:{alice}:credit", "50.00 EUR")}
{credited("arbitration:D1", "50.00 EUR")}

2025-11-03  Share of an arbitration held
{debited(f"freelancer:{bob}:available", "50.00 EUR")}
{credited("arbitration:D1", "50.00 EUR")}""")


def test_a_side_puts_down_what_it_has(alice: int, bob: int) -> None:
    both_have(alice, bob, 4_999)
    for holder, is_client in ((alice, True), (bob, False)):
        with pytest.raises(InsufficientFunds), transaction.atomic():
            post(held(holder, is_client=is_client))
    assert "arbitration:D1 EUR" not in balances()


def test_l37_return_arbitration_share(alice: int, bob: int) -> None:
    both_have(alice, bob)
    for movement in (held, returned):
        post(movement(alice, is_client=True))
        post(movement(bob, is_client=False))

    assert journal().endswith(f"""\
2025-11-03  Share of an arbitration returned
{debited("arbitration:D1", "50.00 EUR")}
{credited(f"client:{alice}:credit", "50.00 EUR")}

2025-11-03  Share of an arbitration returned
{debited("arbitration:D1", "50.00 EUR")}
{credited(f"freelancer:{bob}:available", "50.00 EUR")}""")
    assert balances()[f"client:{alice}:credit EUR"] == 8_000


def test_l36_spend_arbitration_shares(alice: int, bob: int) -> None:
    both_have(alice, bob)
    post(held(alice, is_client=True))
    post(held(bob, is_client=False))
    spent = movements.spend_arbitration_shares(case="D1", amount=EUR("100.00"), at=NOON)
    for _ in range(2):  # the same again is the same entry
        post(spent)

    assert journal().endswith(f"""\
2025-11-03  Arbiter paid
{debited("arbitration:D1", "100.00 EUR")}
{credited("bank:operating", "100.00 EUR")}""")
    with pytest.raises(InsufficientFunds), transaction.atomic():
        post(returned(alice, is_client=True))  # it is spent


def test_l38_shift_costs(alice: int, bob: int) -> None:
    """Bob won: Alice bears his 50, of which she has 30 with us."""
    both_have(alice, bob)
    post(held(alice, is_client=True))
    post(held(bob, is_client=False))
    post(shifted(bob, alice, winner_is_client=False, amount="30.00"))

    assert journal().endswith(f"""\
2025-11-03  Costs of an arbitration shifted
{debited(f"client:{alice}:credit", "30.00 EUR")}
{credited(f"freelancer:{bob}:available", "30.00 EUR")}""")
    with pytest.raises(KeyReused), transaction.atomic():
        post(shifted(alice, bob, winner_is_client=True, amount="30.00"))


def test_l38_shift_costs_to_the_client(alice: int, bob: int) -> None:
    both_have(alice, bob)
    post(shifted(alice, bob, winner_is_client=True, amount="50.00"))

    assert journal().endswith(f"""\
2025-11-03  Costs of an arbitration shifted
{debited(f"freelancer:{bob}:available", "50.00 EUR")}
{credited(f"client:{alice}:credit", "50.00 EUR")}""")


def test_l51_give_goodwill(alice: int) -> None:
    given = movements.give_goodwill(goodwill="G1", client=alice, amount=EUR("25.00"), at=NOON)
    for _ in range(2):
        post(given)

    assert (
        journal()
        == f"""\
2025-11-03  Goodwill credit
{debited("cost:goodwill", "25.00 EUR")}
{credited(f"client:{alice}:credit", "25.00 EUR")}"""
    )
