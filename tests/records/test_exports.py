from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from beancount import loader
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from billing_site.people.models import User
from billing_site.platform import files
from records.files.columns import COLUMNS, harmless, plain
from records.models import Export
from records.queries.transactions import Asked
from records.services import exports
from tests import given
from tests.given import EUR, NOON
from tests.records.sums import balance_of, every_row
from tests.signing_in import session_of

Written = Callable[..., str]
EVIL = '=HYPERLINK("http://evil.example","Click")'


def path_of(user: User, format_: str, **asked: Any) -> Any:
    """What the worker writes, as a path."""
    export = exports.request(
        given.organization(user),
        Asked(**{"currency": "EUR", **asked}),
        format_=format_,
        by=user,
        at=NOON,
    )
    exports.write_out(export.pk, at=NOON)
    export.refresh_from_db()
    assert export.is_there
    assert export.percent == 100 or not export.rows_in_all
    return files.place_of(export.stored_as)


def rows_of(user: User, **asked: Any) -> list[dict[str, str]]:
    text = path_of(user, "csv", **asked).read_text()
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.usefixtures("business")
def test_a_file_has_what_the_list_has(alice: User, bob: User) -> None:
    for user in (alice, bob):
        ours = given.organization(user)
        listed = every_row(ours)
        written = rows_of(user)
        assert [int(row["entry"]) for row in reversed(written)] == [row.number for row in listed]
        for name in ("net", "fee", "tax", "gross", "change", "balance"):
            assert [Decimal(row[name]) for row in reversed(written)] == [
                getattr(row, name).amount for row in listed
            ], name
        assert sum(Decimal(row["change"]) for row in written) == balance_of(ours, "EUR").amount


@pytest.mark.usefixtures("business")
def test_filters_are_exported_as_they_are(alice: User) -> None:
    assert {row["kind"] for row in rows_of(alice, group="in")} == {"fund_escrow"}
    assert len(rows_of(alice, amount=EUR("424.00"))) == 1
    assert rows_of(alice, since=NOON.date() + timedelta(days=1)) == []


@pytest.mark.usefixtures("business")
def test_json_says_the_same(bob: User) -> None:
    read = json.loads(path_of(bob, "json").read_text())
    assert [tuple(row) for row in read] == [COLUMNS] * len(read)
    assert [{**row} for row in read] == rows_of(bob)


def test_nobodys_words_are_a_formula(alice: User, bob: User) -> None:
    """Another program opens both, and finds texts. A minus before a sum is a minus."""
    ben = given.organization(bob)
    ben.name = EVIL
    ben.save()
    given.paid_invoice(client=alice, freelancer=bob)

    book = load_workbook(io.BytesIO(path_of(alice, "xlsx").read_bytes()))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    evil = [cell for cell in cells if EVIL in str(cell.value)]
    assert evil
    assert {cell.data_type for cell in evil} == {"s"}
    assert {cell.hyperlink for cell in cells} == {None}
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert {row["other_side"] for row in rows_of(alice)} == {f"'{EVIL}"}
    assert {row["net"][0] for row in rows_of(alice)} == {"1", "-"}


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =1", "＝1"])
def test_what_begins_like_a_formula_begins_with_an_apostrophe(text: str) -> None:
    assert harmless(text) == f"'{text}"
    assert harmless("Logo = mark") == "Logo = mark"


@pytest.mark.usefixtures("business")
@pytest.mark.parametrize("side", ["alice", "bob"])
def test_beancount_accepts_and_balances_it(side: str, request: pytest.FixtureRequest) -> None:
    """It ends with our balance, to which the program has to come by itself."""
    user = request.getfixturevalue(side)
    text = path_of(user, "beancount").read_text()

    entries, errors, _ = loader.load_string(text)

    assert errors == []
    balances = [entry for entry in entries if type(entry).__name__ == "Balance"]
    assert [b.amount.number for b in balances] == [
        balance_of(given.organization(user), "EUR").amount
    ]
    wrong = text.replace("balance Assets:Countersign  ", "balance Assets:Countersign  1")
    assert loader.load_string(wrong)[1], "A wrong balance has to be noticed."


@pytest.mark.usefixtures("business")
@pytest.mark.parametrize("side", ["alice", "bob"])
def test_each_journal_balances(side: str, request: pytest.FixtureRequest) -> None:
    """In the columns of the two programs, each with its dates and its way to say credit."""
    user = request.getfixturevalue(side)
    sums: dict[tuple[str, str], Decimal] = {}
    for row in csv.DictReader(io.StringIO(path_of(user, "quickbooks").read_text())):
        minor = Decimal(row["Debits"] or 0) - Decimal(row["Credits"] or 0)
        key = (row["Journal No."], row["Journal Date"])
        sums[key] = sums.get(key, Decimal(0)) + minor
    assert {date for _, date in sums} == {"03/02/2026"}
    entries = len(sums)
    assert set(sums.values()) == {Decimal(0)}

    sums = {}
    for row in csv.DictReader(io.StringIO(path_of(user, "xero").read_text())):
        key = (row["Narration"], row["Date"])
        sums[key] = sums.get(key, Decimal(0)) + Decimal(row["Amount"])
        assert row["TaxRate"]
        assert row["AccountCode"]
    assert {date for _, date in sums} == {"02/03/2026"}
    assert set(sums.values()) == {Decimal(0)}
    assert len(sums) == entries


@pytest.mark.usefixtures("business")
def test_it_is_printed_as_the_list_says_it(alice: User) -> None:
    """Each row with its sums, and what the list was narrowed to."""
    read = PdfReader(path_of(alice, "pdf", group="in", since=NOON.date()))
    text = " ".join(page.extract_text() for page in read.pages)
    wanted = rows_of(alice, group="in", since=NOON.date())
    assert "Only: payments, from 2 March 2026." in text
    for row in wanted:
        assert f"{Decimal(row['gross']):,.2f}" in text
        assert f"{Decimal(row['balance']):,.2f}" in text
    assert f"{len(wanted)} rows, change in all" in text
    assert read.xmp_metadata is not None


@pytest.mark.usefixtures("business")
def test_nobody_prints_a_book(alice: User, monkeypatch: Any) -> None:
    monkeypatch.setattr(exports, "MOST_ROWS", 2)
    sent = session_of(alice).post(reverse("exports"), {"format": "pdf"})
    assert sent.status_code == 422
    assert "a PDF has at most 2" in sent.content.decode()
    assert not Export.objects.exists()


def test_small_coins_are_written_whole() -> None:
    assert [plain(minor, "EUR") for minor in (5, -5, -105, 0)] == ["0.05", "-0.05", "-1.05", "0.00"]
    assert plain(-7, "JPY") == "-7"
    assert plain(1_234, "KWD") == "1.234"
