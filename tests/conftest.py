"""The cast, and a database that is as real as in production.

Tables are made by the `owner`; tests run as the application's role, which may not
write the books. A test that commits (`transaction=True`) is cleaned up by the owner
with the triggers off: nobody else could.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.db.backends.utils import CursorWrapper
from django.test import TransactionTestCase
from pytest_django import DjangoDbBlocker
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]  # it has none

from tests import fresh_database

os.environ.setdefault("LOG_LEVEL", "ERROR")

ROOT = Path(__file__).parent.parent
# Written by migrations, and the same for every test.
KEPT = {"django_migrations", "legal_step", "django_content_type", "auth_permission"}


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker, django_db_keepdb: bool
) -> Iterator[None]:
    owner, application = connections["owner"], connections["default"]
    worker = getattr(request.config, "workerinput", {}).get("workerid", "")
    original = fresh_database.original_of(owner)
    for connection in (owner, application):
        name = connection.settings_dict["TEST"]["NAME"]
        connection.settings_dict["TEST"]["NAME"] = f"{name}_{worker}" if worker else name
        _commits_do_not_wait_for_the_disk(connection)
    with django_db_blocker.unblock():
        name = owner.settings_dict["TEST"]["NAME"]
        if django_db_keepdb:
            owner.creation.create_test_db(verbosity=0, serialize=False, keepdb=True)
        else:
            fresh_database.create(owner, name, original=original)
        application.close()
        application.settings_dict["NAME"] = name
        _remember_reference_rows()
    yield
    with django_db_blocker.unblock():
        connections.close_all()
        owner.creation.destroy_test_db(name, verbosity=0, keepdb=django_db_keepdb)


def _commits_do_not_wait_for_the_disk(connection: Any) -> None:
    """Nobody cuts the power during a test; to everybody but the disk it is the same commit."""
    options = connection.settings_dict["OPTIONS"]
    options["options"] = f"{options.get('options', '')} -c synchronous_commit=off".strip()


_reference_tables: set[str] = set()


@contextmanager
def as_the_owner() -> Iterator[CursorWrapper]:
    """Speak with the database as its owner, whatever aliases a test has asked for."""
    owner = connections["owner"].copy(alias="not the test's")
    try:
        with owner.cursor() as cursor:
            yield cursor
    finally:
        owner.close()


def _remember_reference_rows() -> None:
    """Tables that migrations filled are no test's to empty."""
    with as_the_owner() as cursor:
        _reference_tables.update(KEPT, _written(cursor, _tables(cursor)))


def _tables(cursor: CursorWrapper) -> list[str]:
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    return [name for (name,) in cursor.fetchall()]


def _written(cursor: CursorWrapper, tables: list[str]) -> list[str]:
    probes = (f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in tables)
    cursor.execute(" UNION ALL ".join(probes))
    return [name for (name,) in cursor.fetchall()]


def empty_the_database() -> None:
    """Delete what a committed test left, as nobody but the owner of the database could."""
    with as_the_owner() as cursor:
        cursor.execute("SET session_replication_role = replica")  # triggers off
        for table in _written(
            cursor, [name for name in _tables(cursor) if name not in _reference_tables]
        ):
            cursor.execute(f'DELETE FROM "{table}"')


@contextmanager
def numbers_begin_anew() -> Iterator[None]:
    """Give keys afterwards as if nothing had been written: some fill a column of a journal."""
    with as_the_owner() as cursor:
        cursor.execute("SELECT sequencename, last_value FROM pg_sequences")
        were = cursor.fetchall()
    yield
    with as_the_owner() as cursor:
        for name, last in were:
            cursor.execute("SELECT setval(%s, %s, %s)", [name, last or 1, last is not None])


def _teardown(self: TransactionTestCase) -> None:
    empty_the_database()


@pytest.fixture(autouse=True, scope="session")
def _books_are_emptied_by_their_owner() -> Iterator[None]:
    case: Any = TransactionTestCase
    original, case._fixture_teardown = case._fixture_teardown, _teardown
    yield
    case._fixture_teardown = original


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any, tmp_path: Any) -> None:
    """Argon2 takes its time by design; a test that is about it asks for it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.PRIVATE_FILES = tmp_path / "files"
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()  # WhiteNoise warns of a folder that is not there
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


class ByGroup(LoadScopeScheduling):
    """Keeps the tests of an `xdist_group` on one worker.

    pytest 9.2 names tests in a way that pytest-xdist 3.8 does not see when it writes their
    group behind the name, so the groups are read where they are written: for whole files.
    """

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        return _group_in(path) or nodeid


@cache
def _group_in(path: str) -> str:
    found = re.search(r'xdist_group\("(\w+)"\)', (ROOT / path).read_text())
    return found[1] if found else ""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    return ByGroup(config, log) if config.getvalue("dist") == "loadgroup" else None
