"""The books against thirty lines of Python that do the same without a database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from billing_site.kernel.money import from_minor
from ledger import chart
from ledger.models import Account, Entry, ReservationEnd
from ledger.movements import Line
from ledger.services.posting import post, post_many
from ledger.services.preparing import Unbalanced
from ledger.services.refusals import AlreadyEnded, AlreadyReversed, InsufficientFunds, KeyReused
from ledger.services.reserving import NoSuchAccount, NoSuchReservation, end, reserve
from ledger.services.reversing import reversal
from tests.ledger.books import NOON, WORLD, broken_laws, movement, purse

PLACES = {spec.code: spec for spec in [WORLD, purse("A"), purse("B"), chart.client_receivable(1)]}
PLACES["client:1:receivable"] = chart.chargeback("1")  # a ceiling, and nobody's
codes = st.sampled_from(sorted(PLACES))
keys = st.sampled_from("abcdef")
lines = st.lists(st.tuples(codes, st.integers(-9, 9)), max_size=3)


class Model:
    """What the books should say. Refusals are the names of the exceptions."""

    def __init__(self) -> None:
        self.balances: Counter[str] = Counter()
        self.opened: set[str] = set()
        self.entries: dict[str, dict[str, int]] = {}
        self.reversed: set[str] = set()
        self.reservations: dict[str, tuple[str, int]] = {}
        self.ended: set[str] = set()

    def free(self, code: str) -> int:
        open_ = self.reservations.keys() - self.ended
        held = sum(n for c, n in map(self.reservations.__getitem__, open_) if c == code)
        return self.balances[code] - held

    def post(self, key: str, moves: dict[str, int]) -> str:
        if not moves or sum(moves.values()) != 0:
            return "Unbalanced"
        if key in self.entries:
            return "old" if self.entries[key] == moves else "KeyReused"
        for code, minor in moves.items():
            floor, ceiling = PLACES_BY_CODE[code].floor, PLACES_BY_CODE[code].ceiling
            if floor is not None and self.free(code) + minor < floor:
                return "InsufficientFunds"
            if ceiling is not None and self.balances[code] + minor > ceiling:
                return "InsufficientFunds"
        self.balances.update(moves)
        self.opened |= moves.keys()
        self.entries[key] = moves
        return "new"

    def reverse(self, key: str) -> str:
        undone = {code: -minor for code, minor in self.entries[key].items()}
        return self.post(f"{key}/reversed", undone)

    def reserve(self, key: str, code: str, minor: int) -> str:
        if code not in self.opened:
            return "NoSuchAccount"
        if key in self.reservations:
            return "refused"
        floor = PLACES_BY_CODE[code].floor
        if floor is not None and self.free(code) - minor < floor:
            return "refused"
        self.reservations[key] = code, minor
        return "reserved"

    def end(self, key: str) -> str:
        if key not in self.reservations:
            return "NoSuchReservation"
        if key in self.ended:
            return "AlreadyEnded"
        self.ended.add(key)
        return "ended"


PLACES_BY_CODE = {spec.code: spec for spec in PLACES.values()}
REFUSALS = (
    AlreadyEnded,
    AlreadyReversed,
    InsufficientFunds,
    KeyReused,
    NoSuchAccount,
    NoSuchReservation,
    Unbalanced,
)


def merged(moves: list[tuple[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for code, minor in moves:
        total[PLACES[code].code] += minor
    return {code: minor for code, minor in total.items() if minor}


def said(deed: Callable[[], Any]) -> Any:
    try:
        with transaction.atomic():
            return deed()
    except REFUSALS as refusal:
        return type(refusal).__name__


def posted(is_new: bool) -> str:
    return "new" if is_new else "old"


class Books(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.block = transaction.atomic()
        vars(self.block)["_from_testcase"] = True  # Around many transactions, as a test's own.
        self.block.__enter__()

    def teardown(self) -> None:
        assert broken_laws() == {}
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    def _movement(self, key: str, moves: list[tuple[str, int]]) -> Any:
        return movement(key, *(Line(PLACES[code], "EUR", minor) for code, minor in moves))

    @rule(key=keys, moves=lines, balanced=st.booleans())
    def post(self, key: str, moves: list[tuple[str, int]], *, balanced: bool) -> None:
        if balanced and moves:
            moves = [*moves, (WORLD.code, -sum(minor for _, minor in moves))]
        outcome = said(lambda: posted(post(self._movement(key, moves)).is_new))
        assert outcome == self.model.post(key, merged(moves))

    @rule(first=keys, second=keys, code=codes, minor=st.integers(1, 9))
    def post_two(self, first: str, second: str, code: str, minor: int) -> None:
        moves = [(WORLD.code, -minor), (code, minor)]
        if not merged(moves):
            return
        before = Counter(self.model.balances), dict(self.model.entries), set(self.model.opened)
        both = [self.model.post(key, merged(moves)) for key in (first, second)]
        refused = next((each for each in both if each not in {"new", "old"}), None)
        if refused:
            self.model.balances, self.model.entries, self.model.opened = before
        movements = [self._movement(key, moves) for key in (first, second)]
        outcome = said(lambda: [posted(each.is_new) for each in post_many(movements)])
        if refused:
            assert outcome in {"InsufficientFunds", "KeyReused"}
        else:
            assert outcome == both

    @rule(key=keys)
    def reverse(self, key: str) -> None:
        entry = Entry.objects.filter(key=key).first()
        assert (entry is not None) == (key in self.model.entries)
        if entry:
            undone = reversal(entry, why="tried", at=NOON)
            outcome = said(lambda: posted(post(undone).is_new))
            assert outcome == self.model.reverse(key)

    @rule(key=keys, code=codes, minor=st.integers(1, 9))
    def reserve(self, key: str, code: str, minor: int) -> None:
        outcome = said(
            lambda: reserve(PLACES[code], from_minor(minor, "EUR"), key=key, at=NOON) and "reserved"
        )
        expected = self.model.reserve(key, PLACES[code].code, minor)
        if expected == "refused":
            assert outcome in {"InsufficientFunds", "KeyReused"}
        else:
            assert outcome == expected

    @rule(key=keys, outcome=st.sampled_from(ReservationEnd.Outcome))
    def end(self, key: str, outcome: ReservationEnd.Outcome) -> None:
        def deed() -> str:
            end(key, outcome=outcome, at=NOON)
            return "ended"

        assert said(deed) == self.model.end(key)

    @invariant()
    def all_balances_agree(self) -> None:
        rows = dict(Account.objects.values_list("code", "balance"))
        assert rows == {code: self.model.balances[code] for code in self.model.opened}


@pytest.mark.django_db
def test_the_books_do_what_the_model_does() -> None:
    connection.ensure_connection()
    run_state_machine_as_test(
        Books,
        settings=settings(
            max_examples=40,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            phases=[Phase.explicit, Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )
