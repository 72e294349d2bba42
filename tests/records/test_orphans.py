"""Files that no row names go, unless so many are unnamed that rows must be missing."""

from __future__ import annotations

import os
from typing import Any

import pytest

from billing_site.platform import files
from billing_site.platform.models import File
from records.services import orphans
from tests.given import NOON

pytestmark = pytest.mark.django_db


def test_an_older_database_deletes_no_uploads(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orphans, "AT_ONCE", 7)
    facts: Any = {"name": "a.txt", "content_type": "", "owner": None, "at": NOON}
    rows = [files.store(b"Words.", **facts) for _ in range(2 * orphans.FEW + 2)]
    paths = [files.place_of(row.stored_as) for row in rows]
    for path in paths:
        os.utime(path, (0, 0))
    newer = [row.pk for row in rows[: orphans.FEW + 1]]
    File.objects.filter(pk__in=newer).delete()

    assert orphans.discard() == 0
    assert all(path.exists() for path in paths)
    assert "21 of 42 files are named by no row: none was deleted" in caplog.text

    paths[0].unlink()
    assert orphans.discard() == orphans.FEW
    assert [path.exists() for path in paths] == [n > orphans.FEW for n in range(len(paths))]
