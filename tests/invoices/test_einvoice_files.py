"""The data of an e-invoice in its PDF, and what was found of them."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from lxml import etree
from pypdf import PdfReader

from billing_site.people.models import User
from billing_site.platform import files
from invoices.documents import einvoice, facturx, pdf
from invoices.models import FeeInvoice, Invoice
from tests import given
from tests.given import NOON, days
from tests.invoices.einvoice import document
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db


def test_the_pdf_carries_the_data_and_says_what_it_is() -> None:
    xml, _ = einvoice.check(document(), at=NOON)
    content = pdf.draw(document(), sha256="", xml=xml)
    reader = PdfReader(io.BytesIO(content))
    catalog: Any = reader.trailer["/Root"]
    said = catalog["/Metadata"].get_object().get_data()

    assert einvoice.xml_in(content) == xml
    assert b'pdfaid:part="3"' in said
    assert b'pdfaid:conformance="A"' in said
    assert b"pdfuaid" not in said
    assert said.count(b"<rdf:RDF") == 1
    assert b"<fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>" in said
    assert b"<fx:DocumentFileName>factur-x.xml</fx:DocumentFileName>" in said
    etree.fromstring(said.split(b"?>", 1)[1].rsplit(b"<?xpacket", 1)[0])
    (named,) = catalog["/AF"]
    assert named["/AFRelationship"] == "/Alternative"
    assert named["/UF"] == "factur-x.xml"
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/OutputIntents"][0]["/S"] == "/GTS_PDFA1"
    assert reader.trailer["/ID"]


def test_drawing_twice_draws_the_same() -> None:
    xml, _ = einvoice.check(document(), at=NOON)
    first, second = (einvoice.xml_in(pdf.draw(document(), sha256="", xml=xml)) for _ in range(2))

    assert first == second == facturx.xml_of(document())


def test_an_approved_invoice_is_an_e_invoice_and_its_fees_are(alice: User, bob: User) -> None:
    invoice = given.paid_invoice(client=alice, freelancer=bob)
    given.jobs_done(at=NOON + days(1), drawings=True)

    for issued in (Invoice.objects.get(pk=invoice.pk), *FeeInvoice.objects.all()):
        assert issued.einvoice is not None
        assert issued.einvoice["broken"] == [], str(issued)
        assert issued.pdf is not None
        assert issued.number
        assert issued.number.encode() in einvoice.xml_in(files.open(issued.pdf))


def test_the_verdict_stays(alice: User, bob: User) -> None:
    given.paid_invoice(client=alice, freelancer=bob)
    given.jobs_done(at=NOON + days(1), drawings=True)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE invoices_invoice SET einvoice = '{}'")


def test_both_sides_read_the_verdict_and_take_the_data(alice: User, bob: User) -> None:
    invoice = given.paid_invoice(client=alice, freelancer=bob)
    data = f"/invoices/{invoice.ref}/data/"
    assert session_of(alice).get(data).status_code == 202
    given.jobs_done(at=NOON + days(1), drawings=True)

    for who in (alice, bob):
        browser = session_of(who)
        page = " ".join(browser.get(f"/invoices/{invoice.ref}/").content.decode().split())
        assert "Valid by EN 16931" in page
        answer = browser.get(data)
        assert answer["Content-Type"] == "application/xml"
        assert answer.content.startswith(b"<?xml")
    assert session_of(given.person("charlie")).get(data).status_code == 404
