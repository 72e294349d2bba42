from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, connections, transaction

from billing_site.kernel.transitions import SYSTEM
from billing_site.platform import audit
from billing_site.platform.models import AuditEvent
from tests.platform.tasks import NOON

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
CHANGES = [
    "UPDATE platform_auditevent SET deed = 'nothing'",
    "DELETE FROM platform_auditevent",
    "TRUNCATE platform_auditevent",
]


@pytest.fixture
def event() -> AuditEvent:
    return audit.record(SYSTEM("a test asked"), "test.ran", "invoice/A", at=NOON, lines=3)


def test_it_says_who_did_what_to_what_and_when(event: AuditEvent) -> None:
    event = AuditEvent.objects.get()

    assert (event.user_id, event.reason, event.deed) == (None, "a test asked", "test.ran")
    assert (event.subject, event.facts, event.at) == ("invoice/A", {"lines": 3}, NOON)


@pytest.mark.parametrize("change", CHANGES)
def test_the_application_may_not_change_the_record(event: AuditEvent, change: str) -> None:
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)

    assert AuditEvent.objects.get() == event


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
@pytest.mark.parametrize("change", CHANGES)
def test_a_trigger_refuses_even_its_owner(event: AuditEvent, change: str) -> None:
    with (
        pytest.raises(DatabaseError, match="append-only"),
        connections["owner"].cursor() as cursor,
    ):
        cursor.execute(change)

    assert AuditEvent.objects.get() == event


def test_the_system_says_why() -> None:
    with pytest.raises(DatabaseError, match="system_says_why"), transaction.atomic():
        audit.record(SYSTEM(""), "test.ran", "invoice/A", at=NOON)

    assert AuditEvent.objects.count() == 0
