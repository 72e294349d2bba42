"""Documents: frozen when issued, drawn once, tagged, and nothing else than what they say."""

from __future__ import annotations

import hashlib
import io
import json
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from pypdf import PdfReader

from billing_site.people.models import Organization, User
from billing_site.platform import files
from invoices.documents import freezing, pdf
from invoices.documents.freezing import Frozen
from invoices.models import FeeInvoice, Invoice, InvoiceLine, Milestone
from invoices.services import invoicing, issuing
from tests import given
from tests.given import EUR, NOON, days

A4, LETTER = (595, 842), (612, 792)


@pytest.fixture
def invoice(alice: User, bob: User) -> Invoice:
    invoice = given.submitted_invoice(client=alice, freelancer=bob)
    return invoicing.approve(invoice.pk, by=alice, at=NOON + days(1), purchase_order="PO-2207")


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def test_the_paper_says_what_the_invoice_says(invoice: Invoice) -> None:
    text = " ".join(text_of(pdf.draw(invoice.says, sha256=invoice.frozen_sha256)).split())

    for said in (
        "Invoice BOB-2026-000001",
        "Issued 3 March 2026 · supplied 2 March 2026",
        "Self-billed on behalf of Bob & Co",
        "Total €1,000.00",
        "Paid from held funds, 3 March 2026 €1,000.00",
        "To pay €0.00",
        "Alice & Co",
        "Graz, Austria",
        "Contract “Brand refresh”, milestone 1",
        "Purchase order PO-2207",
        "Logo, final files",
        "Corrections are made by credit note only.",
        "Page 1 of 1",
        invoice.printed_code,
    ):
        assert said in text, said
    assert invoice.frozen_sha256 in text.replace(" ", "")


def test_the_paper_is_tagged_and_brings_its_fonts(invoice: Invoice) -> None:
    reader = PdfReader(io.BytesIO(pdf.draw(invoice.says, sha256="")))
    catalog: Any = reader.trailer["/Root"]

    assert catalog["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in catalog
    assert catalog["/Lang"] == "en"
    assert b'pdfuaid:part="1"' in catalog["/Metadata"].get_object().get_data()
    assert reader.metadata is not None
    assert reader.metadata.title == "Invoice BOB-2026-000001"

    page: Any = reader.pages[0]
    fonts = page["/Resources"]["/Font"]
    descriptors = [
        font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        for font in fonts.values()
    ]
    assert descriptors
    assert all("/FontFile2" in each or "/FontFile3" in each for each in descriptors)
    assert all("Plex" in each["/FontName"] for each in descriptors)


@pytest.mark.parametrize(("country", "size"), [("AT", A4), ("US", LETTER)])
def test_the_paper_is_the_recipients(
    country: str, size: tuple[int, int], alice: User, bob: User
) -> None:
    Organization.objects.filter(pk=given.organization(alice).pk).update(country=country)
    invoice = given.paid_invoice(client=alice, freelancer=bob)

    box = PdfReader(io.BytesIO(pdf.draw(invoice.says, sha256=""))).pages[0].mediabox
    assert (round(box.width), round(box.height)) == size


def test_a_long_invoice_has_pages_that_are_counted(invoice: Invoice) -> None:
    line = invoice.says["lines"][0]
    long = {**invoice.says, "lines": [{**line, "description": f"Part {n}"} for n in range(80)]}

    reader = PdfReader(io.BytesIO(pdf.draw(long, sha256="")))
    last = reader.pages[-1].extract_text()

    assert len(reader.pages) > 2
    assert f"Page {len(reader.pages)} of {len(reader.pages)}" in last
    assert "Description" in last or "Total" in last


def test_a_preview_says_that_it_is_no_invoice(alice: User, bob: User) -> None:
    invoice = given.submitted_invoice(client=alice, freelancer=bob)
    text = text_of(pdf.draw(freezing.preview(invoice, at=NOON), sha256=""))

    assert "not an invoice" in text
    assert "no number" in text
    assert "BOB-2026" not in text
    assert "Check this document" not in text


def test_the_file_is_kept_once_with_its_hash(invoice: Invoice) -> None:
    first = issuing.keep_invoice_pdf(invoice.pk, at=NOON)
    second = issuing.keep_invoice_pdf(invoice.pk, at=NOON)

    assert first.pdf_id == second.pdf_id
    assert first.pdf is not None
    content = files.open(first.pdf)
    assert hashlib.sha256(content).hexdigest() == first.pdf_sha256
    assert first.pdf.name == "BOB-2026-000001.pdf"


def test_the_hash_is_of_what_the_document_says(invoice: Invoice) -> None:
    stored = Invoice.objects.get()
    plain = json.dumps(
        stored.frozen, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode()

    assert hashlib.sha256(plain).hexdigest() == stored.frozen_sha256


def test_a_profile_that_changes_later_changes_no_document(invoice: Invoice, alice: User) -> None:
    Organization.objects.filter(pk=given.organization(alice).pk).update(name="Somebody Else")

    assert Invoice.objects.get().says["recipient"]["name"] == "Alice & Co"
    assert "Somebody Else" not in text_of(pdf.draw(Invoice.objects.get().says, sha256=""))


def test_the_freelancers_vat_stands_on_the_paper(alice: User) -> None:
    bob = given.person("bob", kind="freelancer", country="AT", city="Wien", vat_id="ATU12345678")
    invoice = given.paid_invoice(client=alice, freelancer=bob)

    assert (invoice.net, invoice.tax, invoice.gross) == (
        EUR("1000.00"),
        EUR("200.00"),
        EUR("1200.00"),
    )
    text = " ".join(text_of(pdf.draw(invoice.says, sha256="")).split())
    assert "VAT 20\N{NO-BREAK SPACE}% €200.00" in text.replace(
        "VAT 20 %", "VAT 20\N{NO-BREAK SPACE}%"
    )
    assert "VAT ATU12345678" in text


def test_fee_invoices_are_documents_of_their_own(invoice: Invoice) -> None:
    given.jobs_done(at=NOON + days(1))

    client, freelancer = FeeInvoice.objects.order_by("pk")
    assert (client.gross, client.tax_country) == (EUR("60.00"), "AT")
    assert client.caused_at == client.issued_at == NOON
    assert freelancer.gross == EUR("100.00")
    assert freelancer.says["texts"] == [freelancer.tax_text]
    for fee in (client, freelancer):
        assert fee.pdf is not None
        text = text_of(files.open(fee.pdf))
        assert f"Fee invoice {fee.number}" in text
        assert "Countersign" in text


CHANGES = {
    "number": "UPDATE invoices_invoice SET number = 'X-2026-000009'",
    "frozen": "UPDATE invoices_invoice SET frozen = '{}'",
    "hash": "UPDATE invoices_invoice SET frozen_sha256 = ''",
    "sum": "UPDATE invoices_invoice SET net = 1, gross = 1",
    "issued": "UPDATE invoices_invoice SET issued_at = now()",
    "code": "UPDATE invoices_invoice SET verification_code = 'X'",
    "file": "UPDATE invoices_invoice SET pdf_id = NULL",
    "delete": "DELETE FROM invoices_invoice",
    "line": "UPDATE invoices_invoiceline SET description = 'X'",
    "line gone": "DELETE FROM invoices_invoiceline",
    "back": "UPDATE invoices_invoice SET state = 'submitted'",
    "fee": "UPDATE invoices_feeinvoice SET net = net + 1, gross = gross + 1",
    "fee number": "UPDATE invoices_feeinvoice SET number = number || 'X'",
    "terms": "UPDATE invoices_contract SET freelancer_fee_bps = 0",
    "policy": "UPDATE invoices_contract SET policy_version = 'X'",
    "price": "UPDATE invoices_milestone SET price = 1",
    "open again": "UPDATE invoices_milestone SET state = 'funded'",
    "self": "UPDATE invoices_invoice SET approved_by_id = submitted_by_id",
    "sides": "UPDATE invoices_contract SET freelancer_id = client_id",
    "approved": "UPDATE invoices_invoice SET approved_at = NULL",
}


def test_the_database_refuses_to_change_what_was_issued_or_agreed(invoice: Invoice) -> None:
    given.jobs_done(at=NOON + days(1))
    before = Invoice.objects.values().get()

    let_through = []
    for name, statement in CHANGES.items():
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
        except DatabaseError:
            continue
        let_through.append(name)

    assert let_through == []
    assert Invoice.objects.values().get() == before
    assert Milestone.objects.get().price == EUR("1000.00")


def test_a_line_is_not_added_to_an_issued_invoice(invoice: Invoice) -> None:
    line = InvoiceLine.objects.get()
    line.pk, line.position = None, 2

    refusal = pytest.raises(DatabaseError, match="do not change once it is seen")
    with refusal, transaction.atomic():
        line.save(force_insert=True)
    assert InvoiceLine.objects.count() == 1


def test_an_invoice_is_not_born_paid(alice: User, bob: User) -> None:
    contract = given.active_contract(client=alice, freelancer=bob)
    with pytest.raises(DatabaseError, match="no step of invoices_milestone"), transaction.atomic():
        Milestone.objects.create(
            contract=contract,
            position=9,
            title="X",
            currency="EUR",
            price=EUR("5.00"),
            state="closed",
        )


def test_a_milestone_has_one_invoice_at_a_time(alice: User, bob: User) -> None:
    given.submitted_invoice(client=alice, freelancer=bob)
    copy = Invoice.objects.get()
    copy.pk, copy.ref = None, "X"

    with pytest.raises(DatabaseError), transaction.atomic():
        copy.save(force_insert=True)
    assert Invoice.objects.count() == 1


def test_a_withdrawn_invoice_makes_room_for_another(alice: User, bob: User) -> None:
    first = given.submitted_invoice(client=alice, freelancer=bob)
    invoicing.withdraw(first.pk, by=bob, at=NOON + days(1))

    assert first.milestone_id
    second = invoicing.deliver(first.milestone_id, message="New.", by=bob, at=NOON + days(2))

    assert second.pk != first.pk
    assert second.number is None
    assert Invoice.objects.filter(state=Invoice.State.SUBMITTED).get() == second


def test_what_is_too_large_is_no_document(invoice: Invoice) -> None:
    line = invoice.says["lines"][0]
    too_many: Frozen = {**invoice.says, "lines": [line] * 501}
    too_long: Frozen = {**invoice.says, "about": ["x" * 5_000]}

    for bomb in (too_many, too_long):
        with pytest.raises(pdf.NotDrawn):
            pdf.draw(bomb, sha256="")
