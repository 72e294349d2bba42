"""What the transactions of some days come to, kind by kind: the columns of the list, added up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from billing_site.kernel.money import Money, from_minor
from billing_site.people.models import Organization
from ledger.queries import records
from ledger.queries.records import RecordRow, Wanted
from records import kinds
from records.figures import figures_of
from records.queries.lots import DAY, morning

AT_ONCE = 1_000  # rows


@dataclass(slots=True)
class _Minors:
    count: int = 0
    net: int = 0
    fee: int = 0
    tax: int = 0


@dataclass(frozen=True, slots=True)
class KindSums:
    """The sums of all transactions of one kind."""

    words: str
    count: int
    net: Money
    fee: Money
    tax: Money

    @property
    def gross(self) -> Money:
        return self.net + self.fee + self.tax

    @property
    def note(self) -> str:
        return f"{self.count} times" if self.count > 1 else "once"

    @property
    def amounts(self) -> list[Money]:
        return [self.net, self.fee, self.tax, self.gross]


@dataclass(frozen=True, slots=True)
class PeriodSums:
    """As on a statement: opening + came + went = closing."""

    currency: str
    opening: Money
    came: Money
    went: Money  # with a minus
    closing: Money
    kinds: list[KindSums] = field(default_factory=list)


def period_sums(organization: Organization, currency: str, since: date, until: date) -> PeriodSums:
    """Return what happened from *since* to *until*, both days included, in UTC."""
    begin, end = morning(since), morning(until + DAY)
    came = went = 0
    found: dict[tuple[str, str], _Minors] = {}
    for row in _rows(organization, currency, begin, end):
        came += max(row.change, 0)
        went += min(row.change, 0)
        figures = figures_of(row, is_client=organization.is_client)
        sums = found.setdefault((row.kind, row.memo), _Minors())
        sums.count += 1
        sums.net += figures.net
        sums.fee += figures.fee
        sums.tax += figures.tax
    opening = records.balance_before(organization.pk, currency, begin)
    return PeriodSums(
        currency=currency,
        opening=from_minor(opening, currency),
        came=from_minor(came, currency),
        went=from_minor(went, currency),
        closing=from_minor(opening + came + went, currency),
        kinds=_by_words(found, organization, currency),
    )


def _by_words(
    found: dict[tuple[str, str], _Minors], organization: Organization, currency: str
) -> list[KindSums]:
    merged: dict[str, _Minors] = {}
    for (kind, memo), sums in found.items():
        words = kinds.words_for(kind, memo, is_client=organization.is_client)
        into = merged.setdefault(words, _Minors())
        into.count += sums.count
        into.net += sums.net
        into.fee += sums.fee
        into.tax += sums.tax
    return [
        KindSums(
            words,
            sums.count,
            *(from_minor(minor, currency) for minor in (sums.net, sums.fee, sums.tax)),
        )
        for words, sums in sorted(merged.items())
    ]


def _rows(
    organization: Organization, currency: str, since: datetime, until: datetime
) -> Iterator[RecordRow]:
    """A thousand at a time, each page beginning where the one before ended."""
    wanted, before = Wanted(organization.pk, currency, since=since, until=until), None
    while True:
        page = records.page(wanted, before=before, limit=AT_ONCE)
        yield from (row for row in page if row.kind not in kinds.WITHIN)
        if len(page) < AT_ONCE:
            return
        before = (page[-1].at, page[-1].entry)
