"""Documents speak their recipient's language: their fixed words, days and sums."""

from __future__ import annotations

import io
from typing import Any

import pytest
from pypdf import PdfReader

from billing_site.people.models import User
from billing_site.people.services import organizations
from invoices.documents import einvoice, freezing, paper, pdf
from invoices.documents.wording import wording_in
from invoices.models import CreditNote, FeeInvoice, Invoice, Receipt
from invoices.models.contract import TaxTreatment
from invoices.services import crediting, invoicing
from invoices.services.correcting import Correction, reissue
from invoices.taxing import words_for
from tests import given
from tests.given import NOON, days
from tests.invoices.test_einvoices import VALID

pytestmark = pytest.mark.django_db
NBSP = "\N{NO-BREAK SPACE}"


def read_in(language: str, *users: User) -> None:
    for user in users:
        ours = given.organization(user)
        ours.document_language = language
        ours.save(update_fields=["document_language"])


@pytest.fixture
def invoice(alice: User, bob: User) -> Invoice:
    """Alice reads German, and Bob, who wrote the lines, does not."""
    read_in("de", alice)
    submitted = given.submitted_invoice(client=alice, freelancer=bob)
    return invoicing.approve(submitted.pk, by=alice, at=NOON + days(1), purchase_order="PO-2207")


def text_of(frozen: dict[str, Any]) -> str:
    pages = PdfReader(io.BytesIO(pdf.draw(frozen, sha256="abc"))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_a_german_recipients_invoice_is_german(invoice: Invoice) -> None:
    text = text_of(invoice.says).replace(NBSP, " ")

    assert (invoice.language, invoice.says["language"]) == ("de", "de")
    for said in (
        "Rechnung BOB-2026-000001",
        "Ausgestellt am 3. März 2026 · Leistungszeitraum 2. März 2026",
        "Ausgestellt im Namen und für Rechnung von Bob & Co",
        "Gesamtbetrag 1.000,00 EUR",
        "Aus Treuhandgeld bezahlt, 3. März 2026 1.000,00 EUR",
        "Zu zahlen 0,00 EUR",
        "Graz, Österreich",
        "Vertrag „Brand refresh“, Meilenstein 1",
        "Bestellnummer PO-2207",
        "Logo, final files",
        "Berichtigt wird nur durch eine Rechnungskorrektur.",
        "Seite 1 von 1",
    ):
        assert said in text, said
    for foreign in ("Invoice", "Issued", "Total", "Description", "€", "Page"):
        assert foreign not in text, foreign


def test_a_screen_reader_reads_it_in_german(invoice: Invoice) -> None:
    reader = PdfReader(io.BytesIO(pdf.draw(invoice.says, sha256="")))
    catalog: Any = reader.trailer["/Root"]

    assert catalog["/Lang"] == "de"
    assert '<html lang="de">' in pdf.html_of(invoice.says, sha256="")
    assert reader.metadata is not None
    assert reader.metadata.title == "Rechnung BOB-2026-000001"


def test_each_side_has_its_fee_invoice_in_its_own_language(invoice: Invoice) -> None:
    given.jobs_done(at=NOON + days(1), drawings=True)

    client, freelancer = FeeInvoice.objects.order_by("pk")
    assert (client.says["language"], freelancer.says["language"]) == ("de", "en")
    assert client.says["kind"] == "Gebührenrechnung"
    assert (
        client.says["lines"][0]["description"]
        == f"Auftraggebergebühr, 5{NBSP}% von 1.000,00{NBSP}EUR"
    )
    assert client.says["taxes"][0]["words"] == f"USt. 20{NBSP}%"
    assert "Mit der Leistung bezahlt, 2. März 2026" in text_of(client.says)
    assert freelancer.says["lines"][0]["description"] == f"Freelancer fee, 10{NBSP}% of €1,000.00"
    assert freelancer.says["texts"] == [freelancer.tax_text]


def test_a_credit_note_and_what_replaces_it_are_german(
    invoice: Invoice, alice: User, bob: User
) -> None:
    reason = "The order number was wrong"
    new = reissue(invoice.pk, Correction("PO-1", {}), reason=reason, by=bob, at=NOON + days(2))

    note = CreditNote.objects.get()
    text = text_of(note.says)
    assert f"Rechnungskorrektur {note.number}" in text
    assert f"Korrigiert Rechnung {invoice.number} vom 3. März 2026" in text
    assert reason in text
    assert f"Ersetzt Rechnung {invoice.number}, aufgehoben durch {note.number}" in text_of(new.says)


def test_a_credit_note_for_a_part_has_german_figures(invoice: Invoice, bob: User) -> None:
    (line,) = crediting.whole(invoice)
    note = crediting.credit(
        invoice.pk,
        amounts={line: given.EUR("200.50")},
        reason="Too much",
        by=bob,
        at=NOON + days(2),
    )

    assert "Gesamtbetrag 200,50 EUR" in text_of(note.says).replace(NBSP, " ")


def test_receipts_are_german(alice: User, bob: User) -> None:
    read_in("de", alice)
    given.funded_milestone(client=alice, freelancer=bob)
    given.jobs_done(at=NOON, drawings=True)

    payment, deposit = Receipt.objects.order_by("pk")
    assert payment.says["lines"][0]["detail"].startswith("1000,00 für die Leistung hinterlegt, ")
    for said in ("Zahlungsbeleg", "Bezahlt, 2. März 2026", "keine Rechnung im Sinne"):
        assert said in text_of(payment.says), said
    for said in ("Hinterlegungsbeleg", "Hinterlegt für Bob & Co", "Hinterlegt seit 2. März 2026"):
        assert said in text_of(deposit.says), said


def test_what_was_issued_stays_in_its_language(invoice: Invoice, alice: User) -> None:
    ours = given.organization(alice)
    organizations.describe(
        ours.pk, name=ours.name, legal_name="", street=ours.street, postal_code=ours.postal_code,
        city=ours.city, country=ours.country, document_language="en", by=alice, at=NOON + days(2),
    )  # fmt: skip

    assert paper.of(Invoice.objects.get().says).title == "Rechnung BOB-2026-000001"


@pytest.mark.parametrize("kind", VALID)
def test_what_was_frozen_before_there_were_languages_stays_english(kind: str) -> None:
    before = VALID[kind]

    assert "language" not in before
    assert pdf.html_of(before, sha256="") == pdf.html_of({**before, "language": "en"}, sha256="")
    assert paper.of(before).issued == "3 March 2026"


def test_the_data_of_a_german_document_are_valid(invoice: Invoice) -> None:
    given.jobs_done(at=NOON + days(1), drawings=True)

    for issued in (Invoice.objects.get(), *FeeInvoice.objects.all()):
        assert issued.einvoice is not None
        assert issued.einvoice["broken"] == [], str(issued)
    _, verdict = einvoice.check({**VALID["reverse charge"], "language": "de"}, at=NOON)
    assert verdict.is_valid


def test_a_preview_is_german(alice: User, bob: User) -> None:
    read_in("de", alice)
    submitted = given.submitted_invoice(client=alice, freelancer=bob)
    text = text_of(freezing.preview(submitted, at=NOON))

    for said in ("Zur Freigabe · keine Rechnung", "noch keine Rechnung", "Vorschau"):
        assert said in text, said
    assert "Dieses Dokument prüfen" not in text


SHIFTED = "Steuerschuldnerschaft des Leistungsempfängers (Artikel 196 der Richtlinie 2006/112/EG)."


@pytest.mark.parametrize(
    ("seller", "said"),
    [("DE", SHIFTED), ("FI", SHIFTED), ("BE", f"{SHIFTED} Btw verlegd / Autoliquidation.")],
)
def test_reverse_charge_is_said_once_and_beside_the_words_of_the_country(
    seller: str, said: str
) -> None:
    text = words_for(TaxTreatment.REVERSE_CHARGE, seller)

    assert wording_in("de").reason(text) == said
    assert wording_in("en").reason(text) == text
