"""A migrated database, made once and copied for every worker.

The migrations take most of a minute; a copy takes a second. The copy's original is made anew
when a migration, or a package that brings some, has changed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.db.backends.utils import CursorWrapper
from psycopg import sql

ONE_AT_A_TIME = 7_041_113  # an advisory lock of the server; any number nobody else uses


def create(owner: Any, name: str, *, original: str) -> None:
    """Leave the database *name* as the migrations make it, whatever it was before."""
    owner.close()
    with owner._nodb_cursor() as cursor, _alone(cursor):
        wanted = _fingerprint()
        if _said_of(cursor, original) != wanted:
            _migrate(owner, original)
            cursor.execute(
                sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(original), wanted)
            )
        names = sql.Identifier(name), sql.Identifier(original)
        cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(names[0]))
        cursor.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
    owner.settings_dict["NAME"] = name


def _migrate(owner: Any, original: str) -> None:
    kept, test = owner.settings_dict["NAME"], owner.settings_dict["TEST"]
    wanted, test["NAME"] = test["NAME"], original
    owner.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    owner.close()  # a database that somebody uses cannot be copied
    owner.settings_dict["NAME"], test["NAME"] = kept, wanted


@contextmanager
def _alone(cursor: CursorWrapper) -> Iterator[None]:
    cursor.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
    try:
        yield
    finally:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [ONE_AT_A_TIME])


def _said_of(cursor: CursorWrapper, name: str) -> str | None:
    cursor.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name]
    )
    found = cursor.fetchone()
    return found[0] if found else None


def _fingerprint() -> str:
    """Return what the migrations are made of: Django's version, and their text and helpers'."""
    told = hashlib.sha256(django.get_version().encode())
    for app in apps.get_app_configs():
        for path in sorted((Path(app.path) / "migrations").glob("*.py")):
            told.update(path.read_bytes())
    return told.hexdigest()
