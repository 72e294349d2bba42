"""A week of an organization as its letter and its page tell it: sums, documents, hours, cases.

The sums are those of the transactions (`period_sums`), the documents those of the collective
statement (`billed`): nothing is added up in another way here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet, Sum

from billing_site.kernel.periods import WEEK
from billing_site.people.models import Organization
from disputes.models import Dispute
from invoices.models import TimeEntry
from records.queries.billed import Billed, billed, currencies_of
from records.queries.lots import DAY
from records.queries.period_sums import PeriodSums, period_sums

HOUR = 60


@dataclass(frozen=True, slots=True)
class Hours:
    """What was worked on one contract, by whom; hours written by hand are named apart."""

    contract: str
    other: str
    minutes: int
    manual: int

    @property
    def words(self) -> str:
        by_hand = f", {_clock(self.manual)} of it by hand" if self.manual else ""
        return f"{_clock(self.minutes)}{by_hand}"


@dataclass(frozen=True, slots=True)
class OfCurrency:
    sums: PeriodSums
    billed: Billed | None  # of a client: what was issued to it


@dataclass(frozen=True, slots=True)
class Summary:
    organization: Organization
    since: date
    until: date  # that day included
    currencies: list[OfCurrency]
    hours: list[Hours]
    cases: int  # open now

    @property
    def words(self) -> str:
        since, until = self.since, self.until
        return f"{since.day} {since:%B} to {until.day} {until:%B %Y}"


def summary(ours: Organization, monday: date) -> Summary:
    """Return the week from *monday* on, by UTC."""
    sunday = monday + WEEK - DAY
    return Summary(
        organization=ours,
        since=monday,
        until=sunday,
        currencies=[
            OfCurrency(
                period_sums(ours, currency, monday, sunday),
                billed(ours, currency, monday, sunday) if ours.is_client else None,
            )
            for currency in currencies_of(ours, monday, sunday)
        ],
        hours=_hours(ours, monday),
        cases=Dispute.objects.of(ours).running().count(),
    )


def _hours(ours: Organization, monday: date) -> list[Hours]:
    side, other = ("client", "freelancer") if ours.is_client else ("freelancer", "client")
    entries: QuerySet[TimeEntry] = TimeEntry.objects.living().filter(
        week__starts_on=monday, **{f"contract__{side}": ours}
    )
    names = {"title": F("contract__title"), "other": F(f"contract__{other}__name")}
    by_hand = Sum("minutes", filter=Q(kind=TimeEntry.Kind.MANUAL), default=0)
    worked: Any = entries.values("contract", **names)
    found = worked.annotate(sum=Sum("minutes"), by_hand=by_hand).order_by("contract")
    return [Hours(row["title"], row["other"], row["sum"], row["by_hand"]) for row in found]


def _clock(minutes: int) -> str:
    return f"{minutes // HOUR}:{minutes % HOUR:02} h"
