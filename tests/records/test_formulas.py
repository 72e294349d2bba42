"""T63: whatever somebody calls themselves, no cell of any table that we hand out is a formula.

No spreadsheet is installed where tests run. The workbook is opened by openpyxl, which did not
write it; tables of text are read by PostgreSQL's own CSV reader.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from openpyxl import load_workbook

from billing_site.people.models import Organization, User
from billing_site.platform import files
from invoices.models import Contract
from records.models import Export
from records.queries.transactions import Asked
from records.services import exports
from tests import given
from tests.given import NOON

PAYLOADS = [
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1",
    "=cmd|' /C calc'!A0", '=HYPERLINK("http://evil.example","x")', '"=1+1',
]  # fmt: skip
TABLES = ["csv", "quickbooks", "xero"]
FORMULA, NUMBER = re.compile(r"\s*[=+\-@＝＋－＠]"), re.compile(r"-?\d+(\.\d+)?")


def read_by_postgresql(text: bytes) -> Iterator[str]:
    """Yield every cell."""
    width = text.split(b"\n", 1)[0].count(b",") + 1
    columns = ", ".join(f"c{n} text" for n in range(width))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE opened ({columns}) ON COMMIT DROP")
        with cursor.copy("COPY opened FROM STDIN (FORMAT csv)") as copy:
            copy.write(text)
        cursor.execute("SELECT * FROM opened")
        found = cursor.fetchall()
        cursor.execute("DROP TABLE opened")
    yield from (cell for row in found for cell in row if cell)


def formulas(cells: Iterable[str]) -> list[str]:
    return [cell for cell in cells if FORMULA.match(cell) and not NUMBER.fullmatch(cell)]


def written(export: Export) -> Any:
    exports.write_out(export.pk, at=NOON)
    export.refresh_from_db()
    return files.place_of(export.stored_as)


def test_nobodys_name_is_a_formula_in_any_table(alice: User, bob: User) -> None:
    given.paid_invoice(client=alice, freelancer=bob)
    ours = given.organization(alice)
    for payload in PAYLOADS:
        Organization.objects.filter(pk=given.organization(bob).pk).update(name=payload)
        Contract.objects.update(title=payload)
        for format_ in TABLES:
            asked = Asked(currency="EUR")
            path = written(exports.request(ours, asked, format_=format_, by=alice, at=NOON))
            cells = list(read_by_postgresql(path.read_bytes()))
            assert formulas(cells) == [], (payload, format_)
            if format_ == "csv":
                assert any(payload.strip() in cell for cell in cells), payload
        book = exports.request(ours, Asked(currency="EUR"), format_="xlsx", by=alice, at=NOON)
        sheet = load_workbook(io.BytesIO(written(book).read_bytes())).active
        opened = [cell for row in sheet.iter_rows() for cell in row]
        assert {cell.data_type for cell in opened} <= {"s", "n"}, payload
        assert {cell.hyperlink for cell in opened} == {None}, payload


@pytest.mark.parametrize("kind", ["papers", "tax_pack"])
def test_nor_in_what_lies_in_an_archive(kind: str, alice: User, bob: User) -> None:
    ours, day = given.organization(alice), NOON.date()
    for user in (alice, bob):
        Organization.objects.filter(pk=given.organization(user).pk).update(
            name="=1+1", legal_name="=1+1"
        )
    given.paid_invoice(client=alice, freelancer=bob)
    export = (
        exports.request_papers(ours, day, day, by=alice, at=NOON)
        if kind == "papers"
        else exports.request_tax_pack(ours, "EUR", NOON.year, by=alice, at=NOON)
    )
    with zipfile.ZipFile(written(export)) as archive:
        tables = [name for name in archive.namelist() if name.endswith(".csv")]
        assert tables
        for name in tables:
            assert formulas(read_by_postgresql(archive.read(name))) == [], name


def test_the_check_sees_one() -> None:
    assert formulas(["=1", "-2.50", "'=1", "2", " @x"]) == ["=1", " @x"]
