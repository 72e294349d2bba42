"""How long an export is kept, and who gets it."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from billing_site.kernel.transitions import NotAllowed
from billing_site.people.models import User
from billing_site.platform import files
from records.models import Export
from records.queries.transactions import Asked
from records.services import exports, orphans
from tests import given
from tests.given import NOON
from tests.signing_in import session_of


@pytest.mark.usefixtures("business")
def test_written_twice_it_is_written_once(alice: User) -> None:
    export = given_export(alice)
    exports.write_out(export.pk, at=NOON)
    export.refresh_from_db()
    exports.write_out(export.pk, at=NOON + timedelta(days=1))

    assert Export.objects.get(pk=export.pk).stored_as == export.stored_as


@pytest.mark.usefixtures("business")
def test_who_cancels_gets_no_file(alice: User, monkeypatch: Any) -> None:
    monkeypatch.setattr(exports, "CHUNK", 1)
    export = given_export(alice)
    begin = exports._begin

    def cancelled_meanwhile(export: Export, rows: int) -> None:
        begin(export, rows)
        exports.cancel(export.pk, by=alice, at=NOON)

    monkeypatch.setattr(exports, "_begin", cancelled_meanwhile)
    exports.write_out(export.pk, at=NOON)

    export.refresh_from_db()
    assert (export.words, export.stored_as) == ("cancelled", "")
    with pytest.raises(NotAllowed, match="cancelled already"):
        exports.cancel(export.pk, by=alice, at=NOON)


def test_a_file_is_forgotten_after_thirty_days(
    alice: User, django_capture_on_commit_callbacks: Any
) -> None:
    export = given_export(alice)
    exports.write_out(export.pk, at=NOON)
    export.refresh_from_db()
    path = files.place_of(export.stored_as)

    assert exports.forget_due(at=NOON + timedelta(days=29)) == 0
    assert path.exists()
    with django_capture_on_commit_callbacks(execute=True):
        assert exports.forget_due(at=NOON + timedelta(days=30)) == 1
    assert not path.exists()
    assert exports.forget_due(at=NOON + timedelta(days=31)) == 0
    assert session_of(alice).get(reverse("export-file", args=[export.ref])).status_code == 404


def test_a_file_stays_when_forgetting_it_comes_to_nothing(alice: User) -> None:
    export = given_export(alice)
    exports.write_out(export.pk, at=NOON)
    export.refresh_from_db()

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        assert exports.forget_due(at=NOON + timedelta(days=30)) == 1
        raise ZeroDivisionError

    assert files.place_of(export.stored_as).exists()
    assert Export.objects.get().is_there


def test_what_no_row_names_goes_after_a_day_unless_it_is_too_much(alice: User) -> None:
    export = given_export(alice)
    exports.write_out(export.pk, at=NOON)
    export.refresh_from_db()
    upload = files.store(b"Words.", name="a.txt", content_type="", owner=None, at=NOON)
    (_, fresh), (_, killed) = files.place_for_writing(), files.place_for_writing()
    kept = [files.place_of(export.stored_as), files.place_of(upload.stored_as), fresh]
    for path in (killed, *kept[:2]):
        os.utime(path, (0, 0))

    assert orphans.discard() == 1
    assert orphans.discard() == 0
    assert not killed.exists()
    assert all(path.exists() for path in kept)

    many = [files.place_for_writing()[1] for _ in range(orphans.FEW + 1)]
    for path in many:
        os.utime(path, (0, 0))
    assert orphans.discard() == 0
    assert all(path.exists() for path in many)


def test_not_too_many_at_once(alice: User) -> None:
    for _ in range(exports.MOST_AT_ONCE):
        given_export(alice)
    with pytest.raises(NotAllowed, match="Wait for one"):
        given_export(alice)


def test_pages_say_how_far_it_is_and_hand_it_out(alice: User) -> None:
    browser = session_of(alice)
    sent = browser.post(reverse("exports"), {"format": "csv"})
    export = Export.objects.get()
    waiting = browser.get(sent["Location"])
    assert waiting["Refresh"] == "2"
    exports.write_out(export.pk, at=NOON)
    assert "Refresh" not in browser.get(sent["Location"])
    got = browser.get(reverse("export-file", args=[export.ref]))
    assert got["Content-Disposition"].startswith("attachment")
    assert b"".join(got.streaming_content).startswith(b"date,time_utc")  # type: ignore[attr-defined]
    assert browser.post(reverse("exports"), {"format": "exe"}).status_code == 422


@pytest.mark.parametrize(
    ("law", "change"),
    [
        ("a_finished_export_has_its_file", "finished_at = now()"),
        (
            "an_export_is_finished_or_cancelled",
            "finished_at = now(), cancelled_at = now(), stored_as = 'x', sha256 = 'x'",
        ),
        ("an_export_writes_no_more_than_there_is", "rows_in_all = 1, rows_done = 2"),
    ],
)
def test_the_database_refuses(law: str, change: str, alice: User) -> None:
    given_export(alice)
    with (
        pytest.raises(DatabaseError, match=law),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE records_export SET {change}")


def given_export(user: User) -> Export:
    return exports.request(
        given.organization(user), Asked(currency="EUR"), format_="csv", by=user, at=NOON
    )
