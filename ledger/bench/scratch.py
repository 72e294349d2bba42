"""A database of the bench's own, in the same cluster, made from the migrations and dropped."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connections
from django.db.backends.utils import CursorWrapper

ACCOUNTS = 9_999
_FLOOR = """
CREATE TABLE floor_entry (LIKE ledger_entry INCLUDING DEFAULTS INCLUDING IDENTITY
                          INCLUDING INDEXES);
CREATE TABLE floor_posting (LIKE ledger_posting INCLUDING DEFAULTS INCLUDING IDENTITY
                            INCLUDING INDEXES);
CREATE TABLE floor_account (LIKE ledger_account INCLUDING DEFAULTS INCLUDING IDENTITY
                            INCLUDING INDEXES) WITH (fillfactor = 50);
GRANT ALL ON floor_entry, floor_posting, floor_account TO countersign_app;
"""
# No floor, no ceiling: the bench measures what is posted, not what is refused.
_ACCOUNTS = """
INSERT INTO {table} (code, currency, kind)
SELECT 'bench:' || n, 'EUR', 'asset' FROM generate_series(1, %s) AS n
"""


@contextmanager
def scratch_database() -> Iterator[str]:
    """Point both aliases at a fresh database with accounts to post to, and then back."""
    with database_of_its_own("template0") as name:
        call_command("migrate", database="owner", verbosity=0)
        with connections["owner"].cursor() as cursor:
            cursor.execute(_FLOOR)
            for table in ("floor_account", "ledger_account"):
                cursor.execute(_ACCOUNTS.format(table=table), [ACCOUNTS])
            cursor.execute("VACUUM ANALYZE")
        connections["owner"].close()
        yield name


@contextmanager
def database_of_its_own(template: str, *, called: str = "bench") -> Iterator[str]:
    """Point both aliases at a copy of the database *template*, and then back; drop the copy."""
    owner, application = connections["owner"], connections["default"]
    usual = [(each, each.settings_dict["NAME"]) for each in (owner, application)]
    name = f"countersign_{called}_{os.getpid()}"
    connections.close_all()  # Nobody may be in the database that is copied.
    with _maintenance() as cursor:
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        for each, _ in usual:
            each.settings_dict["NAME"] = name
        yield name
    finally:
        connections.close_all()
        for each, before in usual:
            each.settings_dict["NAME"] = before
        with _maintenance() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def _maintenance() -> Iterator[CursorWrapper]:
    """Speak with the server from a database that nobody copies."""
    connection = connections["owner"].copy(alias="maintenance")
    connection.settings_dict["NAME"] = "postgres"
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()
