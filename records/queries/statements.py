"""A statement: what was there, what happened, and what is there, equal to the books."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from billing_site.kernel.money import Money, from_minor
from billing_site.people.models import Organization
from ledger.queries import records
from ledger.queries.records import Wanted
from records.kinds import WITHIN
from records.queries.transactions import Row, rows_of

DAY = timedelta(days=1)
MOST_LINES = 1_000  # of what one reads; an export has no end
MONTHS = 24


@dataclass(frozen=True, slots=True)
class Month:
    first: date
    last: date

    @property
    def words(self) -> str:
        return f"{self.first:%B %Y}"


@dataclass(frozen=True, slots=True)
class Statement:
    organization: Organization
    currency: str
    since: date
    until: date  # that day included
    opening: Money
    closing: Money
    came: Money  # the sum of what raised the balance
    went: Money
    rows: list[Row]  # the oldest first

    @property
    def is_whole_month(self) -> bool:
        return self.since.day == 1 and self.until + DAY == month_after(self.since)

    @property
    def words(self) -> str:
        if self.is_whole_month:
            return f"{self.since:%B %Y}"
        since, until = self.since, self.until
        return f"{since.day} {since:%B %Y} to {until.day} {until:%B %Y}"


class TooLong(ValueError):
    """More happened than one reads. An export has it all."""


def statement(organization: Organization, currency: str, since: date, until: date) -> Statement:
    """Return what happened from *since* to *until*, both days included, in UTC.

    :raises TooLong: those are too many lines for a page.
    """
    begin, end = _morning(since), _morning(until + DAY)
    opening = records.balance_before(organization.pk, currency, begin)
    wanted = Wanted(organization.pk, currency, since=begin, until=end)
    found = records.page(wanted, limit=MOST_LINES + 1)
    if len(found) > MOST_LINES:
        raise TooLong
    found = [row for row in reversed(found) if row.kind not in WITHIN]
    changes = [row.change for row in found]
    return Statement(
        organization=organization,
        currency=currency,
        since=since,
        until=until,
        opening=from_minor(opening, currency),
        closing=from_minor(opening + sum(changes), currency),
        came=from_minor(sum(each for each in changes if each > 0), currency),
        went=from_minor(sum(each for each in changes if each < 0), currency),
        rows=rows_of(organization, found),
    )


def months_until(today: date, *, since: date) -> list[Month]:
    """Return the months that there are statements of, the newest first."""
    months: list[Month] = []
    first = today.replace(day=1)
    while first >= since.replace(day=1) and len(months) < MONTHS:
        months.append(Month(first, min(month_after(first) - DAY, today)))
        first = (first - DAY).replace(day=1)
    return months


def month_after(day: date) -> date:
    return (day.replace(day=1) + 32 * DAY).replace(day=1)


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)
