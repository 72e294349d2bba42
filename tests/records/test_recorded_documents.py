"""Whoever changes what a document says is named, also if its hash is changed with it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connections, transaction
from django.test import Client
from django.urls import reverse

from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import AuditEvent
from invoices.documents import freezing
from invoices.models import Invoice
from records.models import Certificate
from records.queries.recorded_documents import first_difference
from records.services import certificates
from tests import given
from tests.given import NOON

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
OTHER = "0" * 64
TAMPERED = {
    "UPDATE invoices_invoice SET pdf_sha256 = %(other)s": "invoice {invoice} was changed",
    "UPDATE invoices_invoice SET number = 'X-1'": "invoice X-1 was changed",
    "UPDATE records_certificate SET frozen_sha256 = %(other)s": "certificate {certificate} does"
    " not say",
    "DELETE FROM records_certificate": "document {certificate} was recorded and is gone",
    "DELETE FROM platform_auditevent WHERE subject = %(subject)s": "invoice {invoice} is not in",
    "INSERT INTO platform_auditevent (reason, deed, subject, facts, at, recorded_at)"
    " SELECT reason, deed, subject, facts, at, recorded_at FROM platform_auditevent"
    " WHERE subject = %(subject)s": "invoice {invoice} is in the record twice",
}


@contextmanager
def tampered(statement: str, values: dict[str, Any]) -> Iterator[None]:
    """As the owner of the database, with the triggers off; undone afterwards."""
    with transaction.atomic("owner"), connections["owner"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, values)
        assert cursor.rowcount
        ours, connections["default"] = connections["default"], connections["owner"]
        try:
            yield
        finally:
            connections["default"] = ours
            transaction.set_rollback(True, using="owner")


def test_the_first_document_that_was_changed_is_named(alice: User, bob: User) -> None:
    given.paid_invoice(client=alice, freelancer=bob)
    today = NOON.date()
    with clock.pinned(NOON):
        certificate: Certificate = certificates.issue(
            given.organization(bob), "EUR", today, today, by=bob, at=NOON, op_id=uuid4()
        )
    given.jobs_done(at=NOON, drawings=True)
    invoice = Invoice.objects.get()
    recorded = AuditEvent.objects.filter(deed="document.kept").count()
    assert first_difference() == (recorded, "")
    printed = StringIO()
    call_command("verify_books", stdout=printed)
    assert f"{recorded} documents as they were recorded." in printed.getvalue()

    numbers = {"invoice": invoice.number, "certificate": certificate.number}
    values = {"other": OTHER, "subject": f"document/{invoice.verification_code}"}
    for statement, said in TAMPERED.items():
        with tampered(statement, values):
            assert said.format(**numbers) in first_difference()[1], statement

    address = reverse("verify", args=[invoice.verification_code])
    assert "This document is genuine" in Client().get(address).content.decode()
    frozen = {**invoice.says, "title": "Twice the work"}
    both = {"frozen": json.dumps(frozen), "sha256": freezing.sha256(frozen)}
    with tampered(
        "UPDATE invoices_invoice SET frozen = %(frozen)s, frozen_sha256 = %(sha256)s", both
    ):
        complaint = StringIO()
        with pytest.raises(SystemExit):
            call_command("verify_books", stdout=StringIO(), stderr=complaint)
        assert f"invoice {invoice.number} was changed" in complaint.getvalue()
        page = Client().get(address).content.decode()
        assert "This document was" in page
        assert "genuine" not in page.split("</h1>")[0].split("<h1")[-1]
