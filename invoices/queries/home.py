"""What home shows: what waits for somebody, where the money is, and the next dates."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

from django.db.models import Count, Model, QuerySet, Window
from django.db.models.functions import TruncMonth

from billing_site.kernel import charts
from billing_site.kernel.charts import Chart
from billing_site.kernel.money import Money, show
from billing_site.kernel.prepared import Key, Prepared
from invoices.models import Invoice
from invoices.queries.contract_page import NextDate
from payments.queries.stages import Stage

MONTHS = 8
MOST_WAITING = 8
MOST_DATES = 6

Monthly = dict[tuple[int, int], Decimal]  # by year and month
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that goes on when this viewer does something."""

    words: str
    note: str
    amount: Money | None
    url: str
    badge: str
    tone: str


@dataclass(frozen=True, slots=True)
class FirstStep:
    title: str
    words: str
    url: str
    link: str


@dataclass(frozen=True, slots=True)
class HomePage:
    sentence: str
    waiting: list[Waiting]
    waiting_count: int
    stages: list[Stage]
    stages_title: str
    chart: Chart
    dates: list[NextDate]
    first_step: FirstStep | None  # where there is nothing yet

    @property
    def all_words(self) -> str:
        """Of the link to all that waits, where only the first of it are shown."""
        return f"All {self.waiting_count}" if self.waiting_count > len(self.waiting) else ""


class FirstOf(Generic[Row]):
    """What `first_of` returns of rows that every visitor asks for: put together once."""

    def __init__(self, build: Callable[..., QuerySet[Row]]) -> None:
        self._asked = Prepared(lambda most, *keys: _first(build(*keys), most))

    def __call__(self, most: int, *keys: Key) -> tuple[list[Row], int]:
        return _with_count(self._asked.all(most, *keys))


def monthly(rows: QuerySet[Any], moment: str, **sums: Any) -> QuerySet[Any, Any]:
    """Ask for *sums*, aggregates over *rows*, by the month of *moment* in UTC.

    However many rows there are, the database adds them up.
    """
    by = rows.order_by().annotate(month=TruncMonth(moment, tzinfo=UTC)).values("month")
    return by.annotate(**sums)


def of_months(found: list[dict[str, Any]], name: str) -> Monthly:
    """Return the sums of that name, of the rows that `monthly` asks for."""
    return {(row["month"].year, row["month"].month): row[name] or Decimal(0) for row in found}


def by_month(
    title: str, sums: Iterable[tuple[str, Monthly]], *, at: datetime, currency: str
) -> Chart:
    """Draw sums as bars, one for each of the last eight months."""
    months = _months(at)
    labels = [f"{datetime(year, month, 1, tzinfo=UTC):%b}" for year, month in months]
    series = [
        charts.Series(name, tuple(Decimal(totals.get(month, 0)) for month in months))
        for name, totals in sums
    ]
    return charts.bars(title, labels, series, show=lambda value: show(Money(value, currency)))


def first_of(rows: QuerySet[Row], most: int = MOST_WAITING) -> tuple[list[Row], int]:
    """Return the first of *rows*, and how many there are in all, by one query."""
    return _with_count(list(_first(rows, most)))


def months_begin(at: datetime) -> datetime:
    """The first moment that `by_month` shows."""
    year, month = _months(at)[0]
    return datetime(year, month, 1, tzinfo=UTC)


def soonest(dates: list[NextDate], *, at: datetime) -> list[NextDate]:
    ahead = sorted((date for date in dates if date.at > at), key=lambda date: date.at)
    return ahead[:MOST_DATES]


def reviews_end(reviews: Iterable[Invoice], *, unless: Callable[[Invoice], str]) -> list[NextDate]:
    """What silence does about each of *reviews*, *unless* somebody answers, and when."""
    return [
        NextDate(
            "Counts as approved" if invoice.silence_approves else "Goes back unanswered",
            invoice.gross,
            invoice.answer_by,
            f"“{invoice.title}”, unless {unless(invoice)}",
            invoice.get_absolute_url(),
        )
        for invoice in reviews
        if invoice.answer_by
    ]


def counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _first(rows: QuerySet[Row], most: int) -> QuerySet[Row]:
    counted: Any = rows.annotate(in_all=Window(Count("pk")))
    return counted[:most]


def _with_count(found: list[Row]) -> tuple[list[Row], int]:
    return found, found[0].in_all if found else 0  # type: ignore[attr-defined]  # annotated


def _months(at: datetime) -> list[tuple[int, int]]:
    last = at.year * 12 + at.month - 1
    return [(n // 12, n % 12 + 1) for n in range(last - MONTHS + 1, last + 1)]
