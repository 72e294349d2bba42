"""Certificates: what the books say of some days, for good, and checked by anybody."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, connections, transaction
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from billing_site.kernel.transitions import NotAllowed
from billing_site.people.models import User
from billing_site.platform import files
from billing_site.platform.models import File
from invoices.models import Invoice
from records import invariants
from records.models import Certificate
from records.services import certificates
from tests import given
from tests.corruption import silent_laws
from tests.given import EUR, NOON, days
from tests.records.sums import every_row
from tests.signing_in import session_of

TODAY = NOON.date()
NEW_YEAR = date(TODAY.year, 1, 1)
SPENT = {"release_escrow", "pay_invoice", "refund_released"}
CORRUPTED = {
    "records.certificates_say_their_sums": "UPDATE records_certificate"
    " SET gross = gross + 1, amount = amount + 1",
}


def issued(user: User, *, op_id: UUID | None = None) -> Certificate:
    ours = given.organization(user)
    return certificates.issue(
        ours, "EUR", NEW_YEAR, TODAY, by=user, at=NOON, op_id=op_id or uuid4()
    )


def text_of(certificate: Certificate) -> str:
    given.jobs_done(at=NOON)
    certificate.refresh_from_db()
    assert certificate.pdf is not None
    pages = PdfReader(io.BytesIO(files.open(certificate.pdf))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_both_sides_get_the_sums_of_their_transactions(alice: User, bob: User) -> None:
    given.paid_invoice(client=alice, freelancer=bob, price=EUR("400.00"))
    given.paid_invoice(client=alice, freelancer=bob, price=EUR("99.99"))

    earned, spent = issued(bob), issued(alice)

    rows = every_row(given.organization(bob))
    assert earned.amount == sum((r.change for r in rows if r.kind in SPENT), EUR("0.00"))
    assert spent.amount == EUR("499.99") + EUR("30.00")
    assert (earned.number, spent.number) == ("CSN-C-2026-000001", "CSN-C-2026-000002")
    text = text_of(earned)
    for said in ("Certificate of earnings", "CSN-C-2026-000001", "March 2026", "Bob & Co"):
        assert said in text, said
    assert "Unit price" not in text
    assert not invariants.certificates_say_their_sums()


def test_a_german_client_gets_it_in_german(alice: User, bob: User) -> None:
    ours = given.organization(alice)
    ours.document_language = "de"
    ours.save()
    given.paid_invoice(client=alice, freelancer=bob, price=EUR("1250.00"))

    text = text_of(issued(alice))
    for said in ("Ausgabenbescheinigung", "März 2026", "1.325,00"):
        assert said in text, said


def test_the_same_form_issues_it_once(alice: User) -> None:
    op_id = uuid4()
    assert issued(alice, op_id=op_id) == issued(alice, op_id=op_id)
    assert issued(alice) != issued(alice)


@pytest.mark.django_db(transaction=True)
def test_sixteen_presses_issue_one(alice: User) -> None:
    op_id = uuid4()

    def press(_: int) -> int:
        try:
            return issued(alice, op_id=op_id).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(16) as pool:
        pressed = set(pool.map(press, range(16)))
    assert len(pressed) == Certificate.objects.count() == 1


def test_only_days_that_were_and_only_ours(alice: User, bob: User) -> None:
    ours = given.organization(alice)
    for since, until, by in (
        (NEW_YEAR, (NOON + days(1)).date(), alice),
        (TODAY, NEW_YEAR, alice),
        (date(2001, 1, 1), TODAY, alice),
        (NEW_YEAR, TODAY, bob),
    ):
        with pytest.raises(NotAllowed):
            certificates.issue(ours, "EUR", since, until, by=by, at=NOON, op_id=uuid4())
    assert not Certificate.objects.exists()


CHANGES = [
    "UPDATE records_certificate SET gross = gross + 1, amount = amount + 1",
    "UPDATE records_certificate SET frozen = '{}'",
    "UPDATE records_certificate SET until = until - 1",
    "DELETE FROM records_certificate",
]
IMPOSSIBLE = [
    ("certificate_adds_up", "UPDATE records_certificate SET amount = amount + 1"),
    ("certificate_ends_after_it_begins", "UPDATE records_certificate SET until = since - 1"),
    ("certificate_adds_up", "UPDATE records_certificate SET kind = 'x'"),
    ("certificate_is_issued_whole", "UPDATE records_certificate SET issued_at = NULL"),
]


@pytest.mark.parametrize("statement", CHANGES)
def test_what_was_certified_stays(statement: str, alice: User) -> None:
    issued(alice)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_the_database_refuses_what_adds_up_to_nothing(alice: User) -> None:
    issued(alice)
    for name, statement in IMPOSSIBLE:
        with (
            pytest.raises(DatabaseError, match=name),
            transaction.atomic("owner"),
            connections["owner"].cursor() as cursor,
        ):
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(statement)
    assert silent_laws(CORRUPTED) == []


def test_the_page_shows_it_first_and_issues_exactly_that(alice: User, bob: User) -> None:
    given.paid_invoice(client=alice, freelancer=bob, price=EUR("400.00"))
    browser, op_id = session_of(alice), uuid4()
    address = reverse("certificates")
    asked = {"since": "2026-01-01", "until": TODAY.isoformat(), "currency": "EUR"}

    shown = browser.get(address, asked)
    assert "424.00" in shown.content.decode()
    seen = shown.context["certified"].seen
    for _ in range(2):
        assert browser.post(address, {**asked, "op_id": op_id, "seen": seen}).status_code == 302
    assert Certificate.objects.get().amount == EUR("424.00")
    assert "CSN-C-2026-000001" in browser.get(address).content.decode()
    assert browser.post(address, asked).status_code == 422
    assert browser.get(address, {**asked, "until": "2027-01-01"}).status_code == 422


def test_anybody_checks_it_by_code_and_by_file(alice: User, bob: User) -> None:
    given.paid_invoice(client=alice, freelancer=bob)
    certificate, nobody = issued(bob), Client()
    given.jobs_done(at=NOON, drawings=True)
    certificate.refresh_from_db()
    invoice = Invoice.objects.select_related("pdf").get()
    address = reverse("verify-form")

    by_code = nobody.get(reverse("verify", args=[certificate.verification_code]))
    assert "This document is genuine" in by_code.content.decode()
    for document in (certificate, invoice):
        assert document.pdf
        content = files.open(document.pdf)
        sent = SimpleUploadedFile("x.pdf", content, "application/pdf")
        page = nobody.post(address, {"file": sent}).content.decode()
        assert "to the last byte" in page
        assert str(document.number) in page
        changed = SimpleUploadedFile("x.pdf", content + b" ", "application/pdf")
        page = " ".join(nobody.post(address, {"file": changed}).content.decode().split())
        assert "No document of ours is this file" in page
        assert str(document.number) not in page


def test_an_upload_is_limited_in_size_and_number(db: None) -> None:
    address, nobody = reverse("verify-form"), Client(REMOTE_ADDR="192.0.2.77")
    large = SimpleUploadedFile("x.pdf", b"x" * (10 * 1024**2 + 1), "application/pdf")
    assert nobody.post(address, {"file": large}).status_code == 422
    assert nobody.post(address).status_code == 422
    answers = [
        nobody.post(address, {"file": SimpleUploadedFile("x.pdf", b"x")}).status_code
        for _ in range(20)
    ]
    assert answers == [200] * 18 + [429] * 2
    assert not File.objects.exists()
