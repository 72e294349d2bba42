from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from payments.models import gateway_command
from tests.security.world import World
from tests.watched import watched


@pytest.fixture(scope="package")
def situation(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[World, Path]]:
    """A world that all tests of this package look at: building it is most of the work."""
    kept = tmp_path_factory.mktemp("files")
    harmless = override_settings(
        PRIVATE_FILES=kept, EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"
    )
    with harmless, django_db_blocker.unblock():
        everything: Any = transaction.atomic()
        everything._from_testcase = True
        with everything:
            yield World(), kept
            transaction.set_rollback(True)


@pytest.fixture
def world(
    situation: tuple[World, Path], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[World]:
    """The package's world as it was made, whatever the test before did to it."""
    found, settings.PRIVATE_FILES = situation
    settings.NEXT_DUE = settings.NEXT_CALL = []  # where the demo's clock stops is tested elsewhere
    hooks = list(connection.run_on_commit)
    savepoint = transaction.savepoint()
    watched()  # in this minute: the world may be older
    # No worker makes the calls of this world, so that its pages show what waits.
    monkeypatch.setattr(gateway_command, "ANSWERED_WITHIN", timedelta(days=100))
    yield found
    transaction.savepoint_rollback(savepoint)
    connection.run_on_commit = hooks
