"""The laws of the books, tried in SQL as the owner of the database: nobody may do more.

Each guard is proven twice: what it forbids is refused, and with the guard dropped it is not.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import IntegrityError, ProgrammingError, connections, transaction

from ledger import chart
from ledger.chart import AccountSpec
from ledger.models import Account, Entry, ReservationEnd
from ledger.services.posting import post
from ledger.services.reserving import end, reserve
from ledger.services.reversing import reversal
from tests.factories.people import OrganizationFactory
from tests.given import EUR
from tests.ledger import illegal
from tests.ledger.books import NOON, WORLD, balances, move, purse
from tests.ledger.illegal import Illegal

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
TABLES = ["account", "entry", "posting", "reservation", "reservationend", "block", "snapshot"]

# Beside the named guards: the keys that Django makes for each table.
GUARDS = """
    SELECT 'trigger ' || tgname, format('DROP TRIGGER %I ON %s', tgname, tgrelid::regclass)
      FROM pg_trigger WHERE tgrelid::regclass::text LIKE 'ledger!_%' ESCAPE '!' AND NOT tgisinternal
       AND tgname <> 'an_end_lets_go'  -- It refuses nothing; test_reserving.py needs it.
       AND tgname <> 'nothing_leaves_a_frozen_escrow'  -- Payments'; its test_freezing.py needs it.
    UNION ALL
    SELECT 'constraint ' || conname,
           format('ALTER TABLE %s DROP CONSTRAINT %I CASCADE', conrelid::regclass, conname)
      FROM pg_constraint
     WHERE conrelid::regclass::text LIKE 'ledger!_%' ESCAPE '!' AND contype IN ('c', 'u', 'p', 'f')
       AND conname NOT LIKE '%!_pkey' ESCAPE '!'
    UNION ALL
    SELECT 'index ' || indexrelid::regclass, format('DROP INDEX %s', indexrelid::regclass)
      FROM pg_index
     WHERE indrelid::regclass::text LIKE 'ledger!_%' ESCAPE '!' AND indisunique
       AND indpred IS NOT NULL
"""


@pytest.fixture(autouse=True)
def _situation() -> None:
    """Ten euros in escrow, nine of them reserved; two on their way to Bob's bank."""
    client = OrganizationFactory.create().pk
    purse_of_alice = purse("E1", client)
    post(move("in", WORLD, purse_of_alice, 1000))
    post(move("dollars", WORLD, purse("E1"), 1000, "USD"))
    payee = AccountSpec("provider:payee:1", Account.Kind.ASSET, ceiling=0)
    post(move("payee", payee, chart.provider_balance(), 200))
    post(move("wrong", WORLD, purse("closed"), 1))
    post(reversal(Entry.objects.get(key="wrong"), why="a slip", at=NOON))
    Entry.objects.get(key="wrong/reversed")
    reserve(purse_of_alice, EUR("9.00"), key="open", at=NOON)
    reserve(purse_of_alice, EUR("1.00"), key="ended", at=NOON)
    end("ended", outcome=ReservationEnd.Outcome.VOIDED, at=NOON)
    as_owner("UPDATE ledger_account SET closed_at = now() WHERE code = 'purse:closed'")


def as_owner(sql: str) -> None:
    with transaction.atomic("owner"), connections["owner"].cursor() as cursor:
        cursor.execute(sql)


def test_the_owner_of_the_database_may_not_break_a_law() -> None:
    before = balances()

    outcomes = {case.name: _attempt(case) for case in illegal.ALL}

    assert len(outcomes) == len(illegal.ALL)
    assert {name: said for name, said in outcomes.items() if said != "refused as it says"} == {}
    assert balances() == before


def _attempt(case: Illegal) -> str:
    try:
        as_owner(case.sql)
    except IntegrityError as error:
        return "refused as it says" if case.says in str(error) else str(error)
    return "went through"


def test_the_legal_counterparts_are_allowed() -> None:
    """Else the cases above might be refused for another reason than the one they name."""
    as_owner(illegal.entry(*illegal.MOVED) + illegal.COMMITTED)
    as_owner(illegal.entry((1, illegal.ESCROW, -100), (2, illegal.CLEARING, 100), key="'y'"))
    as_owner(illegal.opened(code="'z'"))
    as_owner("UPDATE ledger_account SET min_balance = -5 WHERE code = 'z'")
    as_owner("UPDATE ledger_account SET closed_at = now() WHERE code = 'z'")
    as_owner(illegal.BLOCK + illegal.SNAPSHOT)

    assert balances()["purse:E1 EUR"] == 905


def test_every_guard_is_needed() -> None:
    """With one of them dropped, something illegal goes through; no guard is there for show."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(GUARDS)
        guards: list[tuple[str, str]] = cursor.fetchall()
    assert len(guards) > 35
    assert list(_what_goes_through("SELECT")) == []

    for_show = [name for name, drop in guards if not any(_what_goes_through(drop))]

    assert for_show == []


def _what_goes_through(drop: str) -> Iterator[str]:
    """Yield what is not refused as before after *drop*; then put everything back."""
    with transaction.atomic("owner"), connections["owner"].cursor() as cursor:
        cursor.execute(drop)
        for case in illegal.ALL:
            try:
                with transaction.atomic("owner"):
                    cursor.execute(case.sql)
                    transaction.set_rollback(True, using="owner")
            except IntegrityError as error:
                if case.says in str(error):
                    continue
            yield case.name
        transaction.set_rollback(True, using="owner")


def test_the_application_may_not_write_the_books_at_all() -> None:
    for table in TABLES:
        column = {"reservationend": "reservation_id", "block": "number"}.get(table, "id")
        for sql in (
            f"INSERT INTO ledger_{table} DEFAULT VALUES",
            f"UPDATE ledger_{table} SET {column} = {column}",
            f"DELETE FROM ledger_{table}",
            f"TRUNCATE ledger_{table} CASCADE",
        ):
            with (
                pytest.raises(ProgrammingError, match="permission denied"),
                connections["default"].cursor() as cursor,
            ):
                cursor.execute(sql)


def test_the_application_may_not_turn_the_guards_off() -> None:
    with connections["default"].cursor() as cursor:
        for sql in ("SET session_replication_role = replica", "DROP TABLE ledger_posting"):
            with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
                cursor.execute(sql)


def test_others_may_not_call_the_functions() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("""
            SELECT count(*) FROM pg_proc
             WHERE proname IN ('ledger_post', 'ledger_post_many', 'ledger_open', 'ledger_reserve',
                               'ledger_end_reservation')
               AND prosecdef AND proconfig::text LIKE '%search_path=public, pg_temp%'
               AND NOT has_function_privilege('public', oid, 'EXECUTE')""")
        assert cursor.fetchone() == (5,)
