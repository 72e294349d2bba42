"""Documents bear the numbers that their series gave out: each one, once, and provably all."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from billing_site.kernel.invariants import laws
from billing_site.people.models import NumberPattern, User
from billing_site.people.services import numbering
from billing_site.platform import series
from invoices.models import FeeInvoice, Invoice
from invoices.queries.number_report import countings
from tests import given
from tests.given import NOON, days
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db


def gaps() -> list[dict[str, object]]:
    (law,) = [each for each in laws() if each.name == "invoices.numbers_have_no_gap"]
    return law.check()


def test_a_document_keeps_its_place_beside_its_number(alice: User, bob: User) -> None:
    numbering.arrange(
        given.organization(bob).pk,
        NumberPattern.Kind.INVOICE,
        pattern="RE/{year}/{number}",
        restarts=True,
        first=41,
        by=bob,
        at=NOON,
    )
    invoice = given.paid_invoice(client=alice, freelancer=bob)
    given.jobs_done(at=NOON + days(1), drawings=True)

    kept = Invoice.objects.select_related("pdf").get(pk=invoice.pk)
    assert (kept.number, kept.series, kept.series_year, kept.place) == (
        "RE/2026/41",
        "invoice/BOB",
        2026,
        41,
    )
    assert kept.pdf is not None
    assert kept.pdf.name == "RE-2026-41.pdf"
    fee = FeeInvoice.objects.exclude(number=None).order_by("place")[0]
    assert (fee.number, fee.series, fee.series_year, fee.place) == (
        "CSN-2026-000001",
        "fee/CSN",
        2026,
        1,
    )
    assert gaps() == []


def test_a_number_without_a_document_is_found(alice: User, bob: User) -> None:
    given.paid_invoice(client=alice, freelancer=bob)
    series.next_number(series="invoice/BOB", year=2026)

    (gap,) = gaps()
    assert (gap["name"], gap["missing"]) == ("invoice/BOB", [2])
    (counting,) = countings(given.organization(bob))
    assert (counting.given, counting.documents, counting.missing) == (2, 1, [2])
    assert not counting.is_whole


def test_a_document_outside_of_every_counting_is_found(alice: User, bob: User) -> None:
    given.paid_invoice(client=alice, freelancer=bob)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM platform_series WHERE name = 'invoice/BOB'")

    assert [gap["name"] for gap in gaps()] == ["invoice/BOB"]


def test_the_owner_sees_that_no_number_is_missing(alice: User, bob: User) -> None:
    given.paid_invoice(client=alice, freelancer=bob)

    page = session_of(bob).get("/organization/numbers/").content.decode()
    assert "No number is missing" in page
    assert "BOB-2026-000001" in page
    assert "BOB-2026" not in session_of(alice).get("/organization/numbers/").content.decode()


def test_the_next_number_is_shown_before_and_after_a_choice(bob: User) -> None:
    browser = session_of(bob)
    assert "BOB-2026-" in _text(browser, "/organization/numbering/")

    asked = {"pattern": "{year}/{number:04}", "restarts": "yes", "first": "7"}
    answer = browser.post("/organization/numbering/invoice/", asked)
    assert answer.status_code == 302
    assert "/0007" in _text(browser, "/organization/numbering/")


def test_a_pattern_that_is_none_is_refused_beside_its_field(bob: User) -> None:
    asked = {"pattern": "{year}", "restarts": "yes", "first": ""}
    answer = session_of(bob).post("/organization/numbering/invoice/", asked)

    assert answer.status_code == 422
    assert "The number itself has to be in it" in answer.content.decode()
    assert not NumberPattern.objects.exists()


CHANGES = [
    "UPDATE invoices_invoice SET place = 9",
    "UPDATE invoices_invoice SET series = 'invoice/X'",
    "UPDATE invoices_feeinvoice SET series_year = 2025 WHERE number IS NOT NULL",
    "UPDATE invoices_feeinvoice SET place = NULL WHERE number IS NOT NULL",
]


@pytest.mark.parametrize("change", CHANGES)
def test_the_place_of_an_issued_document_stays(change: str, alice: User, bob: User) -> None:
    given.paid_invoice(client=alice, freelancer=bob)
    given.jobs_done(at=NOON + days(1))

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def _text(browser: Client, path: str) -> str:
    return browser.get(path).content.decode()
