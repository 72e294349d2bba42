"""A migrated database, made once and copied for every worker.

The migrations take most of a minute; a copy takes a second. The copy's original is made anew
when a migration, or a package that brings some, has changed: by the first test that needs it,
or beforehand by `python -m tests.fresh_database`, as in the gate, which has a core to spare.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.db import connections
from django.db.backends.utils import CursorWrapper
from psycopg import sql

ONE_AT_A_TIME = 7_041_113  # an advisory lock of the server; any number nobody else uses


def create(owner: Any, name: str, *, original: str) -> None:
    """Leave the database *name* as the migrations make it, whatever it was before."""
    owner.close()
    with owner._nodb_cursor() as cursor, _alone(cursor):
        _make_original(owner, cursor, original)
        names = sql.Identifier(name), sql.Identifier(original)
        cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(names[0]))
        cursor.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
    owner.settings_dict["NAME"] = name


def original_of(owner: Any) -> str:
    """Name the database that all are copied from. Ask before a worker gets a name of its own."""
    return f"{owner.settings_dict['TEST']['NAME']}_original"


def _make_original(owner: Any, cursor: CursorWrapper, original: str) -> None:
    wanted = _fingerprint()
    if _said_of(cursor, original) == wanted:
        return
    _migrate(owner, original)
    cursor.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(original), wanted))


def _migrate(owner: Any, original: str) -> None:
    kept, test = owner.settings_dict["NAME"], owner.settings_dict["TEST"]
    wanted, test["NAME"] = test["NAME"], original
    owner.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    owner.close()  # a database that somebody uses cannot be copied
    owner.settings_dict["NAME"], test["NAME"] = kept, wanted


@contextmanager
def _alone(cursor: CursorWrapper) -> Iterator[None]:
    cursor.execute("SET lock_timeout = 0")  # whoever migrates takes longer than owners wait
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


def main() -> None:
    """Make the original, so that no test waits for it."""
    django.setup()
    owner = connections["owner"]
    with owner._nodb_cursor() as cursor, _alone(cursor):
        _make_original(owner, cursor, original_of(owner))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "billing_site.settings")
    main()
