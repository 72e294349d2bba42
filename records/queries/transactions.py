"""The list of everything that happened to an organization's money, a page at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from billing_site.kernel.money import Money, from_minor, show, to_minor
from billing_site.people.models import Organization
from invoices.models import Contract
from invoices.queries.contract_list import Tab
from ledger.queries import records
from ledger.queries.records import Counts, RecordRow, Wanted
from records import kinds
from records.figures import Figures, figures_of
from records.queries.currencies import Currencies, currencies
from records.queries.documents import NOTHING, About, about
from records.queries.searching import Found, about_contracts, searched

PER_PAGE = 50
MOST_COUNTED = 5_000  # rows: a page that counted all would grow with the books
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; `params` is how it says so."""

    currency: str = ""
    group: str = ""
    contract: str = ""  # a ref
    since: date | None = None
    until: date | None = None  # that day included
    query: str = ""
    amount: Money | None = None
    params: dict[str, str] = field(default_factory=dict)

    def as_kept(self) -> dict[str, Any]:
        """Return it as it can be stored, for who shows the same later."""
        return {
            "group": self.group,
            "contract": self.contract,
            "since": self.since.isoformat() if self.since else None,
            "until": self.until.isoformat() if self.until else None,
            "query": self.query,
            "minor": to_minor(self.amount) if self.amount else None,
        }

    @classmethod
    def of_kept(cls, kept: dict[str, Any], currency: str) -> Asked:
        return cls(
            currency=currency,
            group=kept["group"],
            contract=kept["contract"],
            since=date.fromisoformat(kept["since"]) if kept["since"] else None,
            until=date.fromisoformat(kept["until"]) if kept["until"] else None,
            query=kept["query"],
            amount=from_minor(kept["minor"], currency) if kept["minor"] else None,
        )

    def words(self, *, is_client: bool) -> tuple[str, ...]:
        """Return what is asked for and what is left out, for somebody who reads it later."""
        said = (
            kinds.groups_for(is_client=is_client).get(self.group, "").lower(),
            f"of contract {self.contract}" if self.contract else "",
            f"from {self.since:%-d %B %Y}" if self.since else "",
            f"until {self.until:%-d %B %Y}" if self.until else "",
            f"with “{self.query}”" if self.query else "",
            f"of {show(self.amount)}" if self.amount else "",
        )
        return tuple(filter(None, said))

    def url_with(self, **more: str) -> str:
        asked = {**self.params, **more}
        words = urlencode({name: value for name, value in asked.items() if value})
        return f"{reverse('records')}?{words}" if words else reverse("records")


@dataclass(frozen=True, slots=True)
class Row:
    """A transaction in the words of whoever reads it."""

    number: int
    at: datetime
    words: str
    kind: str
    reference: str
    about: About
    other: str
    net: Money
    fee: Money
    tax: Money
    gross: Money
    change: Money
    balance: Money

    @property
    def url(self) -> str:
        return reverse("record", args=[self.number])


@dataclass(frozen=True, slots=True)
class Transactions:
    is_client: bool
    currency: str
    tabs: list[Tab]
    currencies: Currencies
    rows: list[Row]
    older_url: str
    newest_url: str  # where there is something newer
    is_used: bool  # there is something in this currency, whatever narrows the list
    is_cut: bool  # the words find too much: only the newest of it is looked at


def transactions(
    organization: Organization, asked: Asked, *, before: tuple[datetime, int] | None = None
) -> Transactions:
    """Return one page of rows, older than the one at *before*."""
    of = currencies(organization, asked.currency, keep=asked.params)
    currency = of.current
    counted = records.count(organization.pk, currency, most=MOST_COUNTED)
    hits = searched(organization, asked.query) if asked.query else None
    wanted = wanted_by(organization, asked, currency=currency, found=hits)
    found = records.page(wanted, before=before, limit=PER_PAGE + 1)
    shown = found[:PER_PAGE]
    last = shown[-1] if len(found) > PER_PAGE else None
    return Transactions(
        is_client=organization.is_client,
        currency=currency,
        tabs=_tabs(organization, asked, counted),
        currencies=of,
        rows=rows_of(organization, shown),
        older_url=asked.url_with(before=f"{last.at.isoformat()}_{last.entry}") if last else "",
        newest_url=asked.url_with() if before else "",
        is_used=bool(counted.by_kind),
        is_cut=hits is not None and hits.is_cut,
    )


def wanted_by(
    organization: Organization, asked: Asked, *, currency: str, found: Found | None = None
) -> Wanted:
    """Return which rows of the books the address asks for; *found* is what its words find."""
    if asked.query and found is None:
        found = searched(organization, asked.query)
    of_contract = Contract.objects.of(organization).filter(ref=asked.contract)
    return Wanted(
        party=organization.pk,
        currency=currency,
        kinds=kinds.kinds_in(asked.group) if asked.group else (),
        since=_morning(asked.since) if asked.since else None,
        until=_morning(asked.until) + DAY if asked.until else None,
        within=about_contracts(of_contract) if asked.contract else None,
        about=found.about if found else None,
        reference=asked.query.upper(),
        minor=to_minor(asked.amount) if asked.amount else None,
        is_client=organization.is_client,
    )


def rows_of(organization: Organization, found: Sequence[RecordRow]) -> list[Row]:
    """Return the rows as the organization reads them, in their order."""
    documents = about(found)
    return [row_of(organization, each, documents.get(each.entry, NOTHING)) for each in found]


def row_of(organization: Organization, row: RecordRow, of: About) -> Row:
    is_client = organization.is_client
    figures = figures_of(row, is_client=is_client)
    net, fee, tax, gross, change, after = _monies(row, figures)
    return Row(
        number=row.entry,
        at=row.at,
        words=kinds.words_for(row.kind, row.memo, is_client=is_client),
        kind=row.kind,
        reference=of.number or row.reference[1].partition("/")[0],
        about=of,
        other=of.other(is_client=is_client),
        net=net,
        fee=fee,
        tax=tax,
        gross=gross,
        change=change,
        balance=after,
    )


def contract_choices(organization: Organization) -> list[tuple[str, str]]:
    """Return (ref, title) of the contracts that the list can be narrowed to, newest first."""
    found = Contract.objects.of(organization).order_by("-pk").values_list("ref", "title")
    return list(found[:100])


def _monies(row: RecordRow, figures: Figures) -> Iterable[Money]:
    minors = (figures.net, figures.fee, figures.tax, figures.gross, row.change, row.balance)
    return (from_minor(minor, row.currency) for minor in minors)


def _tabs(organization: Organization, asked: Asked, counted: Counts) -> list[Tab]:
    groups = {"": "All", **kinds.groups_for(is_client=organization.is_client)}
    counts = dict.fromkeys(groups, 0)
    for kind, count in counted.by_kind.items():
        group = kinds.group_of(kind)
        counts[group] = counts.get(group, 0) + count
    counts[""] = min(sum(counted.by_kind.values()), counted.most)

    def said(count: int) -> int | str | None:
        if counted.is_all:
            return count
        return f"{count:,}+" if count else None  # there may be older ones

    return [
        Tab(label, asked.url_with(group=name), said(counts[name]), name == asked.group)
        for name, label in groups.items()
    ]


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)
