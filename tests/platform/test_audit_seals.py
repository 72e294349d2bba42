"""T73: a changed record is found by its chain, whoever changed it, and the head is elsewhere."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import DatabaseError, connection, connections, transaction
from django.utils import timezone

from billing_site.kernel.transitions import SYSTEM
from billing_site.platform import audit, audit_seals, queue
from billing_site.platform.models import AuditEvent, AuditSeal
from billing_site.workflows import daily_heads
from tests.platform.tasks import NOON

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
TOMORROW = timedelta(days=1, minutes=1)
TAMPERED = {
    "UPDATE platform_auditevent SET subject = 'invoice/X' WHERE id = {first}": "event {first} of"
    " the record was changed",
    "DELETE FROM platform_auditevent WHERE id = {last}": "event {last} of the record was sealed",
    "INSERT INTO platform_auditevent (id, reason, deed, subject, facts, at, recorded_at) VALUES"
    " ({first} - 1, 'x', 'x', 'x', '{{}}', now(), now())": "was put into the record",
    "UPDATE platform_auditseal SET hash = previous_hash WHERE number = 2": "seal 2 of the record",
    "DELETE FROM platform_auditseal WHERE number = 1": "seal 1 of the record",
}


def recorded(count: int = 3) -> list[AuditEvent]:
    said = SYSTEM("a test asked")
    return [audit.record(said, "test.ran", f"invoice/{n}", at=NOON, n=n) for n in range(count)]


def test_whatever_is_changed_is_named_and_the_head_was_mailed(settings: object) -> None:
    settings.SEAL_HEADS_TO = ["keeper@example.org"]  # type: ignore[attr-defined]
    now = timezone.now() + AT_REST
    events = recorded()
    assert audit_seals.seal_when_due() is None  # they may not have committed all
    first = audit_seals.seal_when_due(now=now)
    assert first
    assert first.events == 3
    assert audit_seals.seal_when_due(now=now) is None
    recorded(1)
    assert audit_seals.seal_when_due(now=now + TOMORROW)
    assert audit_seals.first_difference() == ""
    named = {"first": events[0].pk, "last": events[-1].pk}
    for statement, said in TAMPERED.items():
        with transaction.atomic("owner"), connections["owner"].cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(statement.format(**named))
            assert cursor.rowcount
            ours, connections["default"] = connections["default"], connections["owner"]
            try:
                assert said.format(**named) in audit_seals.first_difference()
            finally:
                connections["default"] = ours
                transaction.set_rollback(True, using="owner")
    printed = StringIO()
    call_command("verify_books", stdout=printed)
    assert f"head of the record: {audit_seals.head()}" in printed.getvalue()


AT_REST = audit_seals.AT_REST + timedelta(seconds=1)


def test_both_heads_leave_by_letter_once_a_day(
    settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SEAL_HEADS_TO = ["keeper@example.org"]  # type: ignore[attr-defined]
    monkeypatch.setattr(audit_seals, "AT_REST", timedelta(0))
    recorded()
    for _ in range(2):
        daily_heads.send_when_due(at=NOON)
    queue.drain()
    [letter] = mail.outbox
    assert letter.to == ["keeper@example.org"]
    assert audit_seals.head() in letter.body


def test_the_application_only_adds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_seals, "AT_REST", timedelta(0))
    recorded()
    audit_seals.seal_when_due()
    for change in ("UPDATE platform_auditseal SET events = 1", "DELETE FROM platform_auditseal"):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            connection.cursor().execute(change)
    assert AuditSeal.objects.get().events == 3
