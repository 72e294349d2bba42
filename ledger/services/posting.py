"""The only door into the books: one statement an entry, one entry a key, one post a transaction.

PostgreSQL keeps the laws (`ledger/migrations`); here a movement is made ready, and a refusal
gets its name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import DatabaseError, connection, transaction

from ledger.movements import Movement
from ledger.services import reserving, statements
from ledger.services.accounts import open_accounts
from ledger.services.preparing import Prepared, Unbalanced, prepare
from ledger.services.refusals import (
    AlreadyReversed,
    InsufficientFunds,
    KeyReused,
    Refused,
    refuse,
)

__all__ = [
    "AlreadyReversed",
    "InsufficientFunds",
    "KeyReused",
    "Posted",
    "PostedTwice",
    "Refused",
    "Unbalanced",
    "post",
    "post_many",
]


class PostedTwice(RuntimeError):
    """A transaction posts once, last: collect the movements and `post_many` them together."""


@dataclass(frozen=True, slots=True)
class Posted:
    entry_id: int
    is_new: bool  # False: this very movement had been posted before


def post(movement: Movement) -> Posted:
    """Write *movement* to the books. The same movement again changes nothing.

    Inside a transaction it comes last, and once; outside, the statement is the transaction.

    :raises InsufficientFunds: an account holds less than is taken from it.
    :raises KeyReused: another entry has this key.
    :raises AlreadyReversed: it reverses what has been reversed.
    :raises Unbalanced: the movement is wrong in itself.
    :raises PostedTwice: this transaction has posted before.
    """
    if movement.captures:
        return post_many([movement])[0]
    entry = prepare(movement)
    once_a_transaction()
    try:
        number = statements.post(entry)
        if not number:
            open_accounts([entry])
            number = statements.post(entry)
    except DatabaseError as error:
        refuse(error, movement.key)
    return _posted(number)


def post_many(movements: Sequence[Movement]) -> list[Posted]:
    """Write *movements* to the books together: all of them, or none.

    What is refused is found by halving, so the exception names the movement. What was set aside
    for one of them leaves with it.

    :raises InsufficientFunds, KeyReused, AlreadyReversed, Unbalanced, PostedTwice: see `post`.
    """
    entries = [prepare(movement) for movement in movements]
    if not entries:
        return []
    once_a_transaction()
    with transaction.atomic():
        _capture(entries)
        try:
            with transaction.atomic():
                numbers = _write(entries)
        except DatabaseError as error:
            _find_refused(entries)
            raise error from None  # It was another's doing, and is over: let the caller retry.
    return [_posted(number) for number in numbers]


def _capture(entries: Sequence[Prepared]) -> None:
    """Let go of what *entries* spend, once all accounts are locked, in the order of everybody."""
    spending = [entry.movement for entry in entries if entry.movement.captures]
    if not spending:
        return
    open_accounts(entries)
    reserving.lock(
        [
            (code, currency)
            for each in entries
            for code, currency in zip(each.codes, each.currencies, strict=True)
        ],
        [each.captures for each in spending],
    )
    for each in spending:
        reserving.capture(each.captures, at=each.at)


def _write(entries: Sequence[Prepared]) -> list[int]:
    numbers = statements.post_many(entries)
    if not numbers:
        open_accounts(entries)
        numbers = statements.post_many(entries)
    return numbers


def _find_refused(entries: Sequence[Prepared]) -> None:
    """Write what can be written of *entries*, in order, and raise at the first that cannot."""
    try:
        with transaction.atomic():
            _write(entries)
    except DatabaseError as error:
        if len(entries) == 1:
            refuse(error, entries[0].movement.key)
        middle = len(entries) // 2
        _find_refused(entries[:middle])
        _find_refused(entries[middle:])


def _posted(number: int) -> Posted:
    return Posted(abs(number), is_new=number > 0)


def once_a_transaction() -> None:
    """Two posts in one transaction would lock accounts in two orders, and deadlock under load."""
    blocks = connection.atomic_blocks
    tests = sum(getattr(block, "_from_testcase", False) for block in blocks)
    if tests == len(blocks):
        return
    # A real transaction, or inside a test the savepoint that stands for one.
    mine = connection.savepoint_ids[tests - 1] if tests else None
    if any(
        isinstance(hook, _Mark) and (mine is None or mine in sids)
        for sids, hook, *_ in connection.run_on_commit
    ):
        raise PostedTwice("Collect the movements of a transaction and post them together, last.")
    transaction.on_commit(_Mark())


class _Mark:
    """Stands among the commit hooks of a transaction that has posted; Django drops it with them."""

    def __call__(self) -> None:
        pass
