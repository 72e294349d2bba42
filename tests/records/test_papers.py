"""An archive of documents: each file as it was kept, an index, and the memory of one at a time."""

from __future__ import annotations

import csv
import hashlib
import io
import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import facturx
import pytest
from django.urls import reverse

from billing_site.people.models import User
from billing_site.platform import files
from invoices.models import Invoice, Receipt
from records.files.papers import write_papers
from records.models import Export
from records.queries.papers import Paper, count_of
from records.services import exports
from tests import given
from tests.given import EUR, NOON
from tests.signing_in import session_of

DAY = timedelta(days=1)


@pytest.fixture
def business(alice: User, bob: User) -> None:
    given.paid_invoice(client=alice, freelancer=bob, price=EUR("400.00"))
    given.jobs_done(at=NOON, drawings=True)
    given.paid_invoice(client=alice, freelancer=bob, price=EUR("99.99"), at=NOON + DAY)


def archive_of(user: User) -> zipfile.ZipFile:
    ours, today = given.organization(user), NOON.date()
    export = exports.request_papers(ours, today, today + DAY, by=user, at=NOON)
    exports.write_out(export.pk, at=NOON)
    export.refresh_from_db()
    assert export.percent == 100
    return zipfile.ZipFile(files.place_of(export.stored_as))


def index_of(archive: zipfile.ZipFile) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(archive.read("index.csv").decode())))


@pytest.mark.usefixtures("business")
def test_each_document_is_in_it_as_it_was_kept(alice: User, bob: User) -> None:
    archive = archive_of(alice)
    index = index_of(archive)

    drawn = [row for row in index if row["sha256"]]
    assert {row["file"] for row in drawn} | {"index.csv"} == set(archive.namelist())
    for row in drawn:
        assert hashlib.sha256(archive.read(row["file"])).hexdigest() == row["sha256"]
    folders = {row["file"].split("/")[0] for row in drawn}
    assert folders == {"invoices", "fee-invoices", "receipts"}
    late = [row for row in index if not row["sha256"]]
    assert {row["file"] for row in late} == {"(being drawn)"}
    numbers = {row["number"] for row in index}
    assert set(Invoice.objects.values_list("number", flat=True)) <= numbers
    theirs = Receipt.objects.exclude(recipient=given.organization(alice))
    assert not numbers & set(theirs.values_list("number", flat=True))
    assert not any("fee-invoices" in row["file"] and "Bob" in row["to"] for row in index)


@pytest.mark.usefixtures("business")
def test_e_invoices_in_it_are_valid_and_their_sums_those_of_the_index(bob: User) -> None:
    archive = archive_of(bob)
    rows = [row for row in index_of(archive) if row["file"].startswith("invoices/")]
    assert rows
    for row in rows:
        name, xml = facturx.get_xml_from_pdf(archive.read(row["file"]), check_xsd=True)
        assert name == "factur-x.xml"
        assert f">{row['gross']}</ram:GrandTotalAmount>".encode() in xml
        assert facturx.xml_check_xsd(xml, flavor="factur-x", level="en16931")


def test_memory_does_not_grow_with_the_archive(alice: User, bob: User, tmp_path: Path) -> None:
    given.paid_invoice(client=alice, freelancer=bob)
    given.jobs_done(at=NOON, drawings=True)
    invoice = Invoice.objects.select_related("pdf").get()
    told: list[int] = []

    def many(count: int) -> Iterator[Paper]:
        for n in range(count):
            yield Paper(folder=f"invoices-{n}", ref=invoice.ref, document=invoice)

    def peak(count: int) -> int:
        tracemalloc.start()
        write_papers(tmp_path / f"{count}.zip", many(count), tell=told.append)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(3)
    few, more = peak(20), peak(200)
    assert more - few < 200 * 2_000  # an entry of the archive's directory, and no file
    assert told[-1] == 200


@pytest.mark.usefixtures("business")
def test_the_page_says_how_many_and_leads_to_the_archive(alice: User, bob: User) -> None:
    browser, address = session_of(alice), reverse("export-papers")
    since, until = NOON.date(), (NOON + DAY).date()
    asked = {"since": since.isoformat(), "until": until.isoformat()}
    count = count_of(given.organization(alice), since, until)

    assert f"{count} documents" in browser.get(address, asked).content.decode()
    assert browser.post(address, asked).status_code == 302
    page = browser.get(reverse("export", args=[Export.objects.get().ref])).content.decode()
    assert "documents issued from 2 March 2026" in page
    assert browser.post(address, {"since": "x"}).status_code == 422
