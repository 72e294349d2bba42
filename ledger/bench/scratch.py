"""A database of the bench's own, in the same cluster, made from the migrations and dropped."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connections

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
    owner, application = connections["owner"], connections["default"]
    usual = [(each, each.settings_dict["NAME"]) for each in (owner, application)]
    name = f"countersign_bench_{os.getpid()}"
    with owner.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    try:
        connections.close_all()
        for each, _ in usual:
            each.settings_dict["NAME"] = name
        call_command("migrate", database="owner", verbosity=0)
        with owner.cursor() as cursor:
            cursor.execute(_FLOOR)
            for table in ("floor_account", "ledger_account"):
                cursor.execute(_ACCOUNTS.format(table=table), [ACCOUNTS])
            cursor.execute("VACUUM ANALYZE")
        owner.close()
        yield name
    finally:
        connections.close_all()
        for each, before in usual:
            each.settings_dict["NAME"] = before
        with owner.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
