"""The audit finds what the laws would have refused: here the laws are off for a moment."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connections, transaction

from billing_site.platform import clock
from ledger import chart, invariants
from ledger.models import Entry
from ledger.services.posting import post
from ledger.services.reserving import reserve
from ledger.services.reversing import reversal
from tests.given import EUR
from tests.ledger.books import NOON, WORLD, broken_laws, move, purse

BREAKS = {
    "entries_balance": "UPDATE ledger_posting SET amount = amount - 7 WHERE line = 1",
    "entries_are_complete": "DELETE FROM ledger_posting WHERE line = 2",
    "postings_belong": "UPDATE ledger_posting SET currency = 'USD'",
    "balances_are_sums": "UPDATE ledger_account SET balance = balance + 1",
    "balances_run_on": "UPDATE ledger_posting SET balance_after = balance_after + 1",
    "nothing_is_overdrawn": "ALTER TABLE ledger_account DROP CONSTRAINT no_overdraft;"
    "UPDATE ledger_account SET held = balance + 1 WHERE code = 'purse:A'",
    "trial_balance_is_zero": "UPDATE ledger_account SET balance = balance + 1",
    "held_is_reserved": "UPDATE ledger_account SET held = 1 WHERE code = 'purse:A'",
    "escrows_add_up": "UPDATE ledger_account SET code = 'escrow:A' WHERE code = 'purse:A'",
    "books_are_at_home": "UPDATE ledger_incarnation SET server = 'another'",
    "reversals_mirror": "UPDATE ledger_posting SET amount = amount * 2 WHERE entry_id ="
    " (SELECT id FROM ledger_entry WHERE reverses_id IS NOT NULL)",
}


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_each_law_names_what_breaks_it() -> None:
    post(move("in", WORLD, purse("A"), 1000))
    post(move("wrong", WORLD, purse("A"), 1))
    post(reversal(Entry.objects.get(key="wrong"), why="a slip", at=NOON))
    reserve(purse("A"), EUR("9.00"), key="open", at=NOON)
    assert broken_laws() == {}

    silent = [name for name, sql in BREAKS.items() if not _offenders(name, sql)]

    assert silent == []


def _offenders(name: str, sql: str) -> object:
    with transaction.atomic("owner"), connections["owner"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica;" + sql)
        ours, connections["default"] = connections["default"], connections["owner"]
        try:
            return getattr(invariants, name)()
        finally:
            connections["default"] = ours
            transaction.set_rollback(True, using="owner")


@pytest.mark.django_db
def test_clearing_may_take_a_week() -> None:
    post(move("in", WORLD, chart.suspense(), 1000))

    with clock.pinned(NOON + timedelta(days=6)):
        assert invariants.clearing_returns_to_zero() == []
    with clock.pinned(NOON + timedelta(days=8)):
        (late,) = invariants.clearing_returns_to_zero()
    assert (late["reference"], late["left_over"], late["since"]) == ("in", -1000, NOON)


@pytest.mark.django_db
def test_what_came_and_went_is_no_offence() -> None:
    post(move("in", WORLD, chart.suspense(), 1000))
    back = reversal(Entry.objects.get(), why="came twice", at=NOON)
    post(back)

    with clock.pinned(NOON + timedelta(days=800)):
        assert invariants.clearing_returns_to_zero() == []
