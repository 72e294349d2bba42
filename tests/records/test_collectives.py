"""Collective statements: a client's month on one paper, equal to its documents and to the books."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connections, transaction
from django.urls import reverse
from pypdf import PdfReader

from billing_site.kernel.money import zero
from billing_site.kernel.transitions import NotAllowed
from billing_site.people.models import User
from billing_site.platform import files
from invoices.models import CreditNote, FeeCreditNote, FeeInvoice, Invoice
from invoices.services import crediting, invoicing
from ledger.models import Entry
from records import invariants
from records.models import CollectiveStatement, Round
from records.queries.tax_year import tax_year
from records.services import collectives, rounds
from tests import given
from tests.corruption import laws_of, silent_laws
from tests.given import EUR, NOON
from tests.given_projects import project
from tests.records import test_certificates
from tests.records.sums import balance_of, every_row
from tests.signing_in import session_of

MARCH = date(2026, 3, 1)
APRIL_FIRST = datetime(2026, 4, 1, 6, 0, tzinfo=NOON.tzinfo)
CORRUPTED = {
    "records.collective_statements_say_their_sums": "UPDATE records_collectivestatement"
    " SET billed = billed + 1, amount = amount + 1",
}


@pytest.fixture
def business(alice: User, bob: User) -> None:
    """Two invoices, one of them credited in part, and money that is held over the month's end."""
    given.paid_invoice(client=alice, freelancer=bob, price=EUR("400.00"))
    credited = given.paid_invoice(client=alice, freelancer=bob, price=EUR("99.99"))
    given.funded_milestone(client=alice, freelancer=bob, price=EUR("12.34"))
    credit_half(credited, by=bob)
    given.jobs_done(at=NOON, drawings=True)


def credit_half(invoice: Invoice, *, by: User) -> CreditNote:
    line = invoice.lines.get()
    return crediting.credit(
        invoice.pk, amounts={line.pk: EUR("50.00")}, reason="Half of it was free.", by=by, at=NOON
    )


def issued(user: User) -> CollectiveStatement:
    [statement] = collectives.issue_all(given.organization(user).pk, MARCH, at=APRIL_FIRST)
    return statement


@pytest.mark.usefixtures("business")
def test_it_is_the_sum_of_its_documents_and_of_the_books(alice: User) -> None:
    ours = given.organization(alice)
    statement = issued(alice)

    bills = [*Invoice.objects.exclude(number=None), *FeeInvoice.objects.filter(recipient=ours)]
    credits_ = [
        *CreditNote.objects.all(),
        *FeeCreditNote.objects.filter(fee_invoice__recipient=ours),
    ]
    assert statement.billed == sum((each.gross for each in bills), zero("EUR"))
    assert statement.credited == sum((each.gross for each in credits_), zero("EUR"))
    assert len(statement.says["lines"]) == len(bills) + len(credits_)
    rows = every_row(ours)
    assert statement.came + statement.went == sum((row.change for row in rows), EUR("0.00"))
    assert (statement.opening, statement.closing) == (EUR("0.00"), balance_of(ours, "EUR"))
    assert not invariants.collective_statements_say_their_sums()


@pytest.mark.usefixtures("business")
def test_it_charges_no_tax_and_says_whose_the_tax_is(alice: User) -> None:
    ours = given.organization(alice)
    before = tax_year(ours, "EUR", 2026).lines
    statement = issued(alice)

    assert (statement.says["tax"], statement.says["taxes"]) == ("0", [])
    assert tax_year(ours, "EUR", 2026).lines == before
    [said] = [each for each in statement.says["totals"] if each["words"].startswith("VAT in it")]
    assert Decimal(said["amount"]) == sum(line.tax.amount for line in before)

    given.jobs_done(at=APRIL_FIRST, drawings=True)
    statement.refresh_from_db()
    assert statement.pdf
    pages = PdfReader(io.BytesIO(files.open(statement.pdf))).pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    for words in ("Collective statement CSN-S-2026-000001", "not a tax invoice", "never both"):
        assert words in text, words


@pytest.mark.usefixtures("business")
def test_the_page_shows_the_paper_and_the_list_leads_to_it(alice: User, bob: User) -> None:
    statement = issued(alice)
    client = session_of(alice)
    assert statement.get_absolute_url() in client.get(reverse("statements")).content.decode()
    page = client.get(statement.get_absolute_url()).content.decode()
    for document in (*Invoice.objects.exclude(number=None), *CreditNote.objects.all()):
        assert str(document.number) in page
    assert session_of(bob).get(statement.get_absolute_url()).status_code == 404


@pytest.mark.usefixtures("business")
def test_it_names_projects_and_orders(alice: User) -> None:
    contract = Invoice.objects.exclude(number=None).latest("pk").contract
    contract.project = project(alice)
    contract.save()
    assert any("Relaunch" in line["detail"] for line in issued(alice).says["lines"])


def test_a_month_that_is_not_over_has_none(alice: User, bob: User) -> None:
    for user, at in ((alice, NOON), (bob, APRIL_FIRST)):
        with pytest.raises(NotAllowed):
            collectives.issue_all(given.organization(user).pk, MARCH, at=at)
    assert collectives.issue_all(given.organization(alice).pk, MARCH, at=APRIL_FIRST) == []


def test_what_is_owed_and_not_paid_is_in_it(alice: User, bob: User) -> None:
    owed = given.owed_invoice(client=alice, freelancer=bob)
    invoice = invoicing.approve(owed.pk, by=alice, at=NOON)
    assert not Entry.objects.exists()  # nothing is posted before it is paid

    rounds.go_due(at=APRIL_FIRST)
    given.jobs_done(at=APRIL_FIRST, drawings=True)

    statement = CollectiveStatement.objects.get()
    assert (statement.billed, statement.closing) == (invoice.gross, EUR("0.00"))
    [line] = statement.says["lines"]
    assert str(invoice.number) in line["description"]
    assert not invariants.collective_statements_say_their_sums()


@pytest.mark.usefixtures("business")
def test_the_round_asks_once_and_makes_up_for_what_was_missed(alice: User) -> None:
    early = APRIL_FIRST - timedelta(minutes=1)
    rounds.go_due(at=early)
    assert not Round.objects.filter(what="month", period_on=MARCH).exists()
    for _ in range(2):
        rounds.go_due(at=APRIL_FIRST)
        given.jobs_done(at=APRIL_FIRST, drawings=True)
    assert CollectiveStatement.objects.count() == 1
    given.funded_milestone(client=alice, freelancer=_bob(), price=EUR("10.00"), at=APRIL_FIRST)
    given.jobs_done(at=APRIL_FIRST, drawings=True)

    rounds.go_due(at=APRIL_FIRST + timedelta(days=75))  # nothing ran in May
    given.jobs_done(at=APRIL_FIRST + timedelta(days=75), drawings=True)

    months = CollectiveStatement.objects.order_by("month").values_list("month", flat=True)
    assert list(months) == [MARCH, date(2026, 4, 1)]
    gone = Round.objects.filter(what="month").exclude(finished_at=None).order_by("period_on")
    assert [each.period_on.month for each in gone] == [2, 3, 4, 5]


@pytest.mark.django_db(transaction=True)
def test_sixteen_jobs_issue_one(alice: User, bob: User) -> None:
    given.paid_invoice(client=alice, freelancer=bob)
    ours = given.organization(alice).pk

    def issue(_: int) -> int:
        try:
            return len(collectives.issue_all(ours, MARCH, at=APRIL_FIRST))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(issue, range(16))) == 1


IMPOSSIBLE = [
    ("collective_statement_adds_up", "SET amount = amount + 1"),
    ("collective_statement_adds_up", "SET closing = closing + 1"),
    ("collective_statement_is_of_a_whole_month", "SET month = month + 1"),
    ("collective_statement_is_issued_whole", "SET issued_at = NULL"),
]


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_the_database_keeps_it(alice: User, bob: User) -> None:
    given.paid_invoice(client=alice, freelancer=bob)
    issued(alice)
    for statement in (
        "UPDATE records_collectivestatement SET ref = 'X'",
        "DELETE FROM records_collectivestatement",
    ):
        with (
            pytest.raises(DatabaseError),
            transaction.atomic(),
            connections["default"].cursor() as c,
        ):
            c.execute(statement)
    for name, change in IMPOSSIBLE:
        with (
            pytest.raises(DatabaseError, match=name),
            transaction.atomic("owner"),
            connections["owner"].cursor() as cursor,
        ):
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(f"UPDATE records_collectivestatement {change}")
    assert silent_laws(CORRUPTED) == []
    assert laws_of(invariants.__name__) == {*CORRUPTED, *test_certificates.CORRUPTED}


def _bob() -> User:
    return User.objects.get(email="bob@example.org")
