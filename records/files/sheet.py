"""Rows of the list on paper: what an accountant files, and nobody computes with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.template.loader import render_to_string

from billing_site.kernel.money import Money, from_minor
from invoices.documents import pdf
from records.files.columns import TEXTS, Line

MOST_ROWS = 1_000  # more is not read; it takes half of the time that a document may take
_AT = {name: place for place, name in enumerate(TEXTS)}


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above the rows."""

    name: str  # whose they are
    currency: str
    narrowed_to: tuple[str, ...]  # in words; empty: nothing was left out
    at: datetime


@dataclass(frozen=True, slots=True)
class Printed:
    """A row as it is printed; its texts are shown as they are, nobody computes with them."""

    at: datetime
    words: str
    about: tuple[str, ...]
    gross: Money
    fee: Money
    tax: Money
    change: Money
    balance: Money


def write_sheet(path: Path, lines: Iterator[Line], head: Head) -> None:
    """Write *lines* as PDF/UA.

    :raises NotDrawn: it took too long, or too much memory.
    """
    rows = [_printed(line) for line in lines]
    change = sum((row.change for row in rows), from_minor(0, head.currency))
    context = {"head": head, "rows": rows, "change": change}
    path.write_bytes(pdf.draw_page(render_to_string("records/transactions_paper.html", context)))


def _printed(line: Line) -> Printed:
    row, figures = line.row, line.figures
    about = (line.texts[_AT[name]] for name in ("document", "reference", "other_side"))
    money = (figures.gross, figures.fee, figures.tax, row.change, row.balance)
    gross, fee, tax, change, balance = (from_minor(each, row.currency) for each in money)
    words = line.texts[_AT["description"]]
    return Printed(row.at, words, tuple(filter(None, about)), gross, fee, tax, change, balance)
