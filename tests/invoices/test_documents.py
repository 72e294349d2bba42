"""Documents: frozen when issued, drawn once, tagged, and nothing else than what they say."""

from __future__ import annotations

import hashlib
import io
import json
from typing import Any

import pytest
from pypdf import PdfReader

from billing_site.people.models import Organization, User
from billing_site.platform import files
from invoices.documents import freezing, pdf
from invoices.models import FeeInvoice, Invoice
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
    given.jobs_done(at=NOON + days(1), drawings=True)

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
