"""A tax year: its sums are those of the documents, and none of it is advice."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import timedelta
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from billing_site.kernel.money import Money
from billing_site.people.models import User
from billing_site.platform import files
from invoices.models import CreditNote, FeeCreditNote, FeeInvoice, Invoice
from invoices.services import crediting
from records.files.dac7 import NAMESPACE
from records.models import Export
from records.queries.platform_reports import form_1099k, thresholds
from records.queries.tax_year import TaxYear, tax_year
from records.services import exports
from tests import given
from tests.given import EUR, NOON
from tests.records.dpi import wrong_in
from tests.signing_in import session_of


@pytest.fixture
def business(alice: User, bob: User) -> None:
    """Three invoices, of which a part of one was credited, with the fees on both sides."""
    for price in ("400.00", "99.99", "333.33"):
        paid = given.paid_invoice(client=alice, freelancer=bob, price=EUR(price))
    line = paid.lines.get()
    crediting.credit(paid.pk, amounts={line.pk: EUR("111.11")}, reason="Less", by=bob, at=NOON)
    given.paid_invoice(
        client=alice, freelancer=bob, price=EUR("5.00"), at=NOON - timedelta(days=100)
    )  # of another year
    given.jobs_done(at=NOON)


def sum_of(found: Any, field: str) -> Money:
    year = found.filter(issued_at__year=NOON.year, number__isnull=False)
    return sum((getattr(each, field) for each in year), EUR("0.00"))


def page_of(user: User) -> TaxYear:
    return tax_year(given.organization(user), "EUR", NOON.year)


@pytest.mark.usefixtures("business")
def test_the_sums_are_those_of_the_documents(alice: User, bob: User) -> None:
    _sums_are_those_of_documents(alice)
    _sums_are_those_of_documents(bob)


def _sums_are_those_of_documents(user: User) -> None:
    ours, page = given.organization(user), page_of(user)
    fees = FeeInvoice.objects.filter(recipient=ours)
    back = FeeCreditNote.objects.filter(fee_invoice__recipient=ours)
    work, credited = Invoice.objects.all(), CreditNote.objects.all()

    for field in ("net", "tax", "gross"):
        listed = sum((getattr(line, field) for line in page.lines), EUR("0.00"))
        issued = sum_of(work, field) - sum_of(credited, field)
        assert listed == issued + sum_of(fees, field) - sum_of(back, field), field
    assert page.whole.gross == sum_of(work, "gross") == EUR("833.32")
    assert page.whole.refunds == -sum_of(credited, "gross") == EUR("-111.11")
    assert (page.whole.fees, page.whole.fees_back) == (
        sum_of(fees, "gross"),
        -sum_of(back, "gross"),
    )
    for n in range(4):
        assert page.whole.amounts[n] == sum((q.amounts[n] for q in page.quarters), EUR("0.00"))


@pytest.mark.usefixtures("business")
def test_what_a_seller_was_paid_follows_the_lots(bob: User) -> None:
    first, *others = page_of(bob).paid
    assert (first.gross, first.count) == (EUR("833.32"), 3)
    assert first.consideration + first.fees == EUR("722.21")
    assert {each.count for each in others} == {0}


def unzipped(user: User) -> dict[str, str]:
    ours = given.organization(user)
    export = exports.request_tax_pack(ours, "EUR", NOON.year, by=user, at=NOON)
    exports.write_out(export.pk, at=NOON)
    export.refresh_from_db()
    with zipfile.ZipFile(files.place_of(export.stored_as)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


@pytest.mark.usefixtures("business")
def test_the_pack_says_what_the_page_says(alice: User, bob: User) -> None:
    pack, page = unzipped(bob), page_of(bob)
    vat = list(csv.DictReader(io.StringIO(pack["vat.csv"])))
    assert sum(Decimal(row["gross"]) for row in vat) == sum(
        line.gross.amount for line in page.lines
    )
    assert "no" in pack["README.txt"]
    assert "advice" in pack["README.txt"]
    assert wrong_in(pack["dac7.xml"]) == []
    for spoiled in ("TaxesQ2", "Address", "PersonalServices"):
        assert wrong_in(pack["dac7.xml"].replace(spoiled, "Else")), spoiled
    root = ET.fromstring(pack["dac7.xml"])
    paid = root.find(f".//{{{NAMESPACE}}}ConsQ1")
    assert paid is not None
    assert (paid.text, paid.get("currCode")) == (
        f"{page.paid[0].consideration.amount:.0f}",
        "EUR",
    )
    rows = list(csv.DictReader(io.StringIO(pack["dac7.csv"])))
    assert Decimal(rows[0]["consideration"]) == page.paid[0].consideration.amount
    assert "tax number" in rows[0]["missing"]
    assert "dac7.xml" not in unzipped(alice)


def test_thresholds_are_by_year_and_have_their_source(bob: User) -> None:
    assert {year for year, rule in thresholds().items() if rule.source} >= {2024, 2025, 2026}
    assert form_1099k(page_of(bob)) is None  # in Austria
    ours = given.organization(bob)
    ours.country, ours.currency = "US", "USD"
    draft = form_1099k(tax_year(ours, "USD", NOON.year))
    assert draft
    assert draft.is_over is False
    unknown = form_1099k(tax_year(ours, "USD", 2010))
    assert unknown
    assert unknown.is_over is None


@pytest.mark.parametrize("side", ["alice", "bob"])
def test_the_page_asks_as_much_for_three_as_for_one(
    side: str, alice: User, bob: User, request: pytest.FixtureRequest
) -> None:
    browser, asked = session_of(request.getfixturevalue(side)), []
    address = reverse("tax-year", args=[NOON.year])
    for _ in range(2):
        given.paid_invoice(client=alice, freelancer=bob)
        browser.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(address).status_code == 200
        asked.append(len(queries))
        given.paid_invoice(client=alice, freelancer=bob)
    assert asked[0] == asked[1] <= 10, asked
    assert browser.get(reverse("tax-year", args=[NOON.year + 1])).status_code == 404
    assert browser.post(address).status_code == 302
    assert Export.objects.get().about == f"the documents of {NOON.year}"
