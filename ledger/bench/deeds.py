"""What the processes of the bench do. A deed gets its process and a count that is its own."""

from __future__ import annotations

import random
from datetime import UTC, datetime

from ledger import chart
from ledger.bench.scratch import ACCOUNTS
from ledger.chart import AccountSpec
from ledger.models import Account
from ledger.movements import Line, Movement
from ledger.queries import balances, statement
from ledger.services.posting import post, post_many

BATCH = 100
_NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
_THIRD = ACCOUNTS // 3
_PLACES = [AccountSpec(f"bench:{n}", Account.Kind.ASSET) for n in range(1, ACCOUNTS + 1)]
_FEE = chart.income("client_fee")


def post_one(process: int, count: int) -> None:
    post(_movement(process, count, _any(2)))


def post_one_with_a_hot_account(process: int, count: int) -> None:
    post(_movement(process, count, _FEE))


def post_a_hundred(process: int, count: int) -> None:
    post_many([_movement(process, count * BATCH + n, _any(2)) for n in range(BATCH)])


def read_a_balance(_process: int, _count: int) -> None:
    balances.balance(_any(0).code, "EUR")


def read_a_statement(_process: int, _count: int) -> None:
    statement.page(random.randint(1, ACCOUNTS), before=random.randint(1, 9999), limit=50)


def _movement(process: int, count: int, third: AccountSpec) -> Movement:
    size = random.randint(1, 100)
    return Movement(
        key=f"bench/{process}/{count}",
        kind="bench",
        memo="A line of the bench",
        at=_NOON,
        reference=("bench", "REFERENCE"),
        actor=None,
        lines=[
            Line(_any(0), "EUR", -3 * size),
            Line(_any(1), "EUR", 2 * size),
            Line(third, "EUR", size),
        ],
    )


def _any(third: int) -> AccountSpec:
    return _PLACES[random.randrange(third * _THIRD, (third + 1) * _THIRD)]
