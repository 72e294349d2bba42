"""Lines and drawings of the totals: sums of some lots under one name."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from billing_site.kernel.charts import Chart, Series, bars
from billing_site.kernel.money import Money, show
from billing_site.people.models import Organization

MOST_BARS, LONGEST_LABEL = 8, 16  # what is smaller is in the table; longer names are cut


@dataclass(frozen=True, slots=True)
class Group:
    """One line of a table. Gross is what the client paid for the work, with its VAT."""

    words: str
    gross: Money
    fee: Money
    total: Money  # for a freelancer what is theirs, for a client what it cost with our fee
    back: Money  # of the total: what went back later
    count: int

    @property
    def amounts(self) -> list[Money]:
        return [self.gross, self.fee, self.back, self.left]

    @property
    def left(self) -> Money:
        return self.total - self.back


def groups_by(
    found: list[dict[str, Any]],
    by: Callable[[dict[str, Any]], str | None],
    organization: Organization,
    currency: str,
) -> list[Group]:
    parts: dict[str, list[dict[str, Any]]] = {}
    for row in found:
        parts.setdefault(by(row) or "other", []).append(row)
    groups = [group_of(words, rows, organization, currency) for words, rows in parts.items()]
    return sorted(groups, key=lambda group: (-group.left.amount, group.words))


def group_of(
    words: str, rows: list[dict[str, Any]], organization: Organization, currency: str
) -> Group:
    def total(name: str) -> Money:
        return Money(sum((row[name] for row in rows), Decimal(0)), currency)

    gross = total("sum_gross")
    fee = total("sum_client_fee" if organization.is_client else "sum_fee")
    return Group(
        words=words,
        gross=gross,
        fee=fee,
        total=gross + fee if organization.is_client else total("sum_amount"),
        back=total("sum_gross_back" if organization.is_client else "sum_amount_back"),
        count=sum(row["lots"] for row in rows),
    )


def by_month_chart(
    organization: Organization, by_month: list[Group], months: list[date], currency: str
) -> Chart:
    def values(name: str) -> tuple[Decimal, ...]:
        return tuple(max(getattr(group, name).amount, Decimal(0)) for group in by_month)

    first = "The work" if organization.is_client else "Yours"
    name = "gross" if organization.is_client else "total"
    return bars(
        "Spend by month" if organization.is_client else "Earnings by month",
        [f"{month:%b}" for month in months],
        [Series(first, values(name)), Series("Our fee and tax on it", values("fee"))],
        show=lambda value: show(Money(value, currency)),
    )


def by_group_chart(title: str, groups: list[Group], currency: str) -> Chart:
    """The largest of a table as bars: the work and our fee on it, less what went back."""
    shown = groups[:MOST_BARS]
    return bars(
        title,
        [textwrap.shorten(group.words, LONGEST_LABEL, placeholder="…") for group in shown],
        [Series("Cost", tuple(max(group.left.amount, Decimal(0)) for group in shown))],
        show=lambda value: show(Money(value, currency)),
    )
