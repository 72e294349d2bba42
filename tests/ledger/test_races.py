"""Many processes at once: what they post is exactly what fits, and nobody waits in a circle."""

from __future__ import annotations

import multiprocessing
import random
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connections

from ledger import chart
from ledger.models import Account, Entry
from ledger.movements import Line
from ledger.services.posting import InsufficientFunds, post, post_many
from tests.ledger.books import WORLD, balances, broken_laws, move, movement, purse

pytestmark = pytest.mark.django_db(transaction=True)
PROCESSES = 8
PURSE, SPENT = purse("full"), purse("spent")
# More than one order of codes and ids, and shards among them.
PLACES = [*(purse(f"E{n}") for n in range(6)), chart.income("client_fee")]


def at_once(deed: Callable[[int], Counter[str]]) -> Counter[str]:
    """Run *deed* in eight processes, each with its number, and add up what they say."""
    connections.close_all()  # A connection survives no fork.
    with multiprocessing.get_context("fork").Pool(PROCESSES) as pool:
        outcomes = pool.map(deed, range(PROCESSES), chunksize=1)
    return sum(outcomes, Counter())


def withdraw(process: int) -> Counter[str]:
    outcomes: Counter[str] = Counter()
    for n in range(60):
        try:
            post(move(f"out/{process}/{n}", PURSE, SPENT, 7))
        except InsufficientFunds:
            outcomes["refused"] += 1
        else:
            outcomes["paid"] += 1
    connections.close_all()
    return outcomes


def test_eight_processes_take_out_what_is_there() -> None:
    post(move("in", WORLD, PURSE, 1000))

    assert at_once(withdraw) == {"paid": 142, "refused": 8 * 60 - 142}
    assert balances()["purse:full EUR"] == 6
    assert balances()["purse:spent EUR"] == 142 * 7


def post_the_same(process: int) -> Counter[str]:
    numbers = list(range(100))
    random.Random(process).shuffle(numbers)
    outcomes = Counter(
        "new" if post(move(f"key/{n}", WORLD, PURSE, 1)).is_new else "there already"
        for n in numbers
    )
    connections.close_all()
    return outcomes


def test_eight_processes_post_the_same_keys_once() -> None:
    assert at_once(post_the_same) == {"new": 100, "there already": 700}
    assert Entry.objects.count() == 100
    assert balances() == {"provider:clearing EUR": -100, "purse:full EUR": 100}


def post_the_same_batches(process: int) -> Counter[str]:
    numbers = list(range(100))
    random.Random(process).shuffle(numbers)
    outcomes: Counter[str] = Counter()
    for start in range(0, 100, 20):
        batch = [move(f"key/{n}", WORLD, PLACES[n % 7], 1) for n in numbers[start : start + 20]]
        outcomes += Counter("new" if each.is_new else "old" for each in post_many(batch))
    connections.close_all()
    return outcomes


def test_batches_that_overlap_do_not_wait_in_a_circle() -> None:
    assert at_once(post_the_same_batches) == {"new": 100, "old": 700}
    assert Account.objects.get(code="provider:clearing").balance == -100


def shuffle_money(process: int) -> Counter[str]:
    luck = random.Random(process)
    outcomes: Counter[str] = Counter()
    for n in range(60):
        a, b, c = luck.sample(PLACES, 3)
        x, y = luck.randint(1, 9), luck.randint(1, 9)
        lines = [Line(a, "EUR", -x - y), Line(b, "EUR", x), Line(c, "EUR", y)]
        try:
            post(movement(f"{process}/{n}", *lines))
        except InsufficientFunds:
            outcomes["refused"] += 1
        else:
            outcomes["posted"] += 1
    connections.close_all()
    return outcomes


def test_entries_over_any_three_accounts_do_not_deadlock() -> None:
    for n, place in enumerate(PLACES):
        post(move(f"in/{n}", WORLD, place, 100))

    outcomes = at_once(shuffle_money)

    assert outcomes.total() == 8 * 60
    assert Entry.objects.count() == len(PLACES) + outcomes["posted"]
    assert sum(balances().values()) == 0
    assert broken_laws() == {}
