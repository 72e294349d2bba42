"""A plan as a table (CSV): contract, person, week, hours. Reading it changes nothing."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing_site.people.models import User
from invoices.models import Contract

COLUMNS = ("contract", "person", "week", "hours")
MOST_ROWS = 1_000
HOURS = re.compile(r"[0-9]{1,3}([.,][0-9]{1,2})?", re.ASCII)
ISO_WEEK = re.compile(r"([0-9]{4})-?W([0-9]{2})", re.ASCII)
MOST_MINUTES = 168 * 60


class Wrong(Exception):
    """What is wrong with a cell, in words."""


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A line of the table as it was written, and what it means; or why it means nothing."""

    line: int
    words: tuple[str, ...]
    contract: Contract | None = None
    person: User | None = None
    monday: date | None = None
    minutes: int = 0
    error: str = ""


def read_plan(
    text: str, contracts: Sequence[Contract], workers: Mapping[int, Sequence[User]]
) -> list[PlanRow]:
    """Return every line of *text*. A cell is words or a number; a formula is neither."""
    lines = text.lstrip("\N{BYTE ORDER MARK}").splitlines()
    delimiter = ";" if lines and lines[0].count(";") > lines[0].count(",") else ","
    table = [(n, row) for n, row in enumerate(csv.reader(lines, delimiter=delimiter), 1) if row]
    heading = [cell.strip().lower() for cell in table[0][1]] if table else []
    if heading != list(COLUMNS):
        return [PlanRow(1, tuple(heading), error=f"The first line says {', '.join(COLUMNS)}.")]
    if len(table) == 1:
        return [PlanRow(2, (), error="There is no line below the heading.")]
    if len(table) > MOST_ROWS + 1:
        return [PlanRow(MOST_ROWS + 2, (), error=f"At most {MOST_ROWS:,} lines at a time.")]
    seen: dict[tuple[int, int, date], int] = {}
    return [_row(n, cells, contracts, workers, seen) for n, cells in table[1:]]


def _row(
    line: int,
    cells: list[str],
    contracts: Sequence[Contract],
    workers: Mapping[int, Sequence[User]],
    seen: dict[tuple[int, int, date], int],
) -> PlanRow:
    words = tuple(cell.strip()[:120] for cell in cells)
    try:
        if len(words) != len(COLUMNS):
            raise Wrong(f"It has {len(words)} cells, and not four.")  # noqa: TRY301 - said below
        contract = _contract(words[0], contracts)
        person = _person(words[1], workers[contract.freelancer_id], contract)
        monday, minutes = _monday(words[2]), _minutes(words[3])
        before = seen.setdefault((contract.pk, person.pk, monday), line)
        if before != line:
            raise Wrong(f"Line {before} plans the same week.")  # noqa: TRY301 - said below
    except Wrong as wrong:
        return PlanRow(line, words, error=str(wrong))
    return PlanRow(line, words, contract, person, monday, minutes)


def _contract(word: str, contracts: Sequence[Contract]) -> Contract:
    named = [each for each in contracts if word in {each.ref, each.title}]
    if not named:
        raise Wrong("No contract by the hour in this project has that title.")
    if len(named) > 1:
        raise Wrong("Several have that title: write the code from the contract's address.")
    return named[0]


def _person(word: str, workers: Sequence[User], contract: Contract) -> User:
    named = [each for each in workers if each.name == word]
    if not named:
        raise Wrong(f"Nobody of that name works for {contract.freelancer}.")
    if len(named) > 1:
        raise Wrong("Several people have that name: plan them on the board.")
    return named[0]


def _monday(word: str) -> date:
    week = ISO_WEEK.fullmatch(word)
    try:
        if week:
            return date.fromisocalendar(int(week[1]), int(week[2]), 1)
        day = date.fromisoformat(word)
    except ValueError:
        raise Wrong("Write the week as 2026-W10, or as the date of its Monday.") from None
    if day.weekday():
        raise Wrong("That day is not a Monday.")
    return day


def _minutes(word: str) -> int:
    if not HOURS.fullmatch(word):
        raise Wrong("Write the hours in digits, such as 12 or 7.5.")
    minutes = int(Decimal(word.replace(",", ".")) * 60)
    if minutes > MOST_MINUTES:
        raise Wrong("A week has 168 hours.")
    return minutes
