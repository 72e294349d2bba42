"""A world that was copied is as good as the one that it was copied from, to its seals."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connections

from billing_site.people.models import User
from billing_site.platform.models import AuditEvent
from billing_site.workflows.scale.copying import copy_world
from invoices.documents.recorded import KEPT
from invoices.models import Invoice
from ledger.models import Block, Entry
from ledger.services.sealing import seal_due
from records.queries.recorded_documents import is_as_issued
from tests import given
from tests.conftest import numbers_begin_anew
from tests.given import NOON

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.fixture(autouse=True)
def _numbers(transactional_db: None) -> Iterator[None]:
    with numbers_begin_anew():
        yield


def test_copies_of_books_and_documents_are_as_they_were_recorded(alice: User, bob: User) -> None:
    given.paid_invoice(client=alice, freelancer=bob)
    given.jobs_done(at=NOON, drawings=True)
    seal_due(at=NOON)
    entries = Entry.objects.count()
    recorded = AuditEvent.objects.filter(deed=KEPT).count()
    with connections["owner"].cursor() as cursor:
        copy_world(cursor, people=2, volume=2)

    assert Entry.objects.count() == 4 * entries
    assert not Block.objects.exists()
    invoices = list(Invoice.objects.exclude(pdf_sha256=""))
    assert len(invoices) == 4
    assert all(is_as_issued(invoice) for invoice in invoices)
    for _ in range(2):
        said = StringIO()
        call_command("verify_books", stdout=said)
        assert f"{4 * recorded} documents as they were recorded." in said.getvalue()
        seal_due(at=NOON)
