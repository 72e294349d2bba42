"""Files of transactions, written row by row: what has been written is not kept in memory."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

import xlsxwriter

from billing_site.kernel.money import EXPONENTS
from records.files.columns import COLUMNS, SUMS, TEXTS, Line, as_texts, plain
from records.files.journal import (
    QUICKBOOKS_COLUMNS,
    XERO_COLUMNS,
    beancount,
    quickbooks_rows,
    xero_rows,
)
from records.files.sheet import Head, write_sheet

SHEET_ROWS = 1_000_000  # of the 1,048,576 that a sheet can have; then another one begins


@dataclass(frozen=True, slots=True)
class Book:
    """Whose rows they are, and whether all of them."""

    name: str
    currency: str
    is_client: bool
    is_whole: bool  # nothing but a beginning was left out
    narrowed_to: tuple[str, ...]  # what else was left out, in words
    at: datetime


class Rows(Protocol):
    def __call__(self, line: Line, *, is_client: bool) -> Iterator[list[str]]: ...


Writer = Callable[[Path, Iterator[Line], Book], None]


def write(format_: str, path: Path, lines: Iterator[Line], book: Book) -> None:
    _WRITERS[format_](path, lines, book)


def _csv(path: Path, lines: Iterator[Line], book: Book) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        table.writerows(as_texts(line) for line in lines)


def _json(path: Path, lines: Iterator[Line], book: Book) -> None:
    """Sums are strings: a number would lose its cents somewhere on the way."""
    with path.open("w", encoding="utf-8") as file:
        file.write("[")
        for n, line in enumerate(lines):
            sums = (plain(minor, book.currency) for minor in line.sums)
            row = dict(zip(COLUMNS, (*line.texts, *sums, book.currency), strict=True))
            file.write(("" if n == 0 else ",") + "\n" + json.dumps(row, ensure_ascii=False))
        file.write("\n]\n")


def _xlsx(path: Path, lines: Iterator[Line], book: Book) -> None:
    """Texts are written as texts, so none is a formula or a link; sums are numbers."""
    options = {"constant_memory": True, "tmpdir": str(path.parent)}
    places = EXPONENTS[book.currency]
    with xlsxwriter.Workbook(str(path), options) as file:
        sums = file.add_format({"num_format": f"#,##0.{'0' * places}" if places else "#,##0"})
        bold = file.add_format({"bold": True})
        sheet, at = _sheet(file, bold), 1
        for n, line in enumerate(lines):
            if n and n % SHEET_ROWS == 0:
                sheet, at = _sheet(file, bold), 1
            for column, text in enumerate(line.texts):
                sheet.write_string(at, column, text)
            for column, minor in enumerate(line.sums, start=len(TEXTS)):
                sheet.write_number(at, column, minor / 10**places, sums)
            sheet.write_string(at, len(TEXTS) + len(SUMS), book.currency)
            at += 1


def _sheet(file: xlsxwriter.Workbook, bold: object) -> xlsxwriter.worksheet.Worksheet:
    sheet = file.add_worksheet()
    sheet.set_column(0, len(COLUMNS) - 1, 16)
    sheet.freeze_panes(1, 0)
    for column, name in enumerate(COLUMNS):
        sheet.write_string(0, column, name, bold)
    return sheet


def _pdf(path: Path, lines: Iterator[Line], book: Book) -> None:
    write_sheet(path, lines, Head(book.name, book.currency, book.narrowed_to, book.at))


def _beancount(path: Path, lines: Iterator[Line], book: Book) -> None:
    with path.open("w", encoding="utf-8") as file:
        texts = beancount(
            lines, currency=book.currency, is_client=book.is_client, is_whole=book.is_whole
        )
        file.writelines(texts)


def _journal(columns: tuple[str, ...], rows_of: Rows) -> Writer:
    def write_journal(path: Path, lines: Iterator[Line], book: Book) -> None:
        with path.open("w", newline="", encoding="utf-8") as file:
            table = csv.writer(file)
            table.writerow(columns)
            for line in lines:
                table.writerows(rows_of(line, is_client=book.is_client))

    return write_journal


_WRITERS: dict[str, Writer] = {
    "csv": _csv,
    "json": _json,
    "xlsx": _xlsx,
    "pdf": _pdf,
    "beancount": _beancount,
    "quickbooks": _journal(QUICKBOOKS_COLUMNS, quickbooks_rows),
    "xero": _journal(XERO_COLUMNS, xero_rows),
}
