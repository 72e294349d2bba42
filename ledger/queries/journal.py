"""The books as an accountant reads them: day, text, accounts, a debit and a credit column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from djmoney.money import Money

from billing_site.kernel.money import EXPONENTS, currency_of
from ledger.models import Entry
from ledger.queries import trail

WIDTH, COLUMN = 42, 14


def journal() -> str:
    """Return all entries in the order in which they were posted, as text."""
    entries = sorted(trail.entries(Entry.objects.all()), key=lambda entry: entry.number)
    return printed(entries)


def printed(entries: Iterable[trail.TrailEntry]) -> str:
    """Return *entries* as text. Credits are indented, as they are on paper."""
    return "\n\n".join("\n".join(_lines(entry)) for entry in entries)


def _lines(entry: trail.TrailEntry) -> Iterator[str]:
    yield f"{entry.occurred_at:%Y-%m-%d}  {entry.memo}"
    for line in entry.lines:
        indent = "  " if line.debit else "      "
        columns = _column(line.debit) + _column(line.credit)
        yield f"{indent + line.code:<{WIDTH}}{columns}".rstrip()


def _column(money: Money | None) -> str:
    if money is None:
        return " " * COLUMN
    currency = currency_of(money)
    return f"{f'{money.amount:,.{EXPONENTS[currency]}f} {currency}':>{COLUMN}}"
