"""What a certificate says of some days: what was earned or spent, by month of release."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date
from decimal import Decimal
from typing import Any

from django.db.models.functions import TruncMonth

from billing_site.kernel.money import Money, to_minor
from billing_site.people.models import Organization
from records.queries.lots import grouped, lots_of, released_in


@dataclass(frozen=True, slots=True)
class Certified:
    """Sums of some releases. `left` is what a freelancer earned, or a client spent."""

    month: date | None  # its first day; None for all of them
    gross: Money
    fee: Money
    back: Money
    left: Money
    count: int

    @property
    def words(self) -> str:
        return f"{self.month:%B %Y}" if self.month else "In all"

    @property
    def amounts(self) -> list[Money]:
        return [self.gross, self.fee, self.back, self.left]


@dataclass(frozen=True, slots=True)
class Months:
    months: list[Certified]
    whole: Certified

    @property
    def seen(self) -> str:
        """Return what a form carries, so that what is issued is what somebody looked at."""
        said = [
            f"{each.words} {' '.join(str(to_minor(money)) for money in each.amounts)}"
            for each in (*self.months, self.whole)
        ]
        return hashlib.sha256("\n".join(said).encode()).hexdigest()


def certified(organization: Organization, currency: str, since: date, until: date) -> Months:
    """Return what the books say of the days from *since* to *until*, both included, in UTC."""
    lots = released_in(lots_of(organization, currency), since, until)
    found = grouped(
        lots.annotate(month=TruncMonth("released_at", tzinfo=UTC)), organization, "month"
    )
    months = sorted({row["month"].date() for row in found})
    return Months(
        months=[
            _sums([row for row in found if row["month"].date() == month], organization, currency)
            for month in months
        ],
        whole=_sums(found, organization, currency, is_whole=True),
    )


def _sums(
    rows: list[dict[str, Any]],
    organization: Organization,
    currency: str,
    *,
    is_whole: bool = False,
) -> Certified:
    def sum_of(name: str) -> Money:
        return Money(sum((row[name] for row in rows), Decimal(0)), currency)

    gross = sum_of("sum_gross")
    fee = sum_of("sum_client_fee" if organization.is_client else "sum_fee")
    back = sum_of("sum_gross_back" if organization.is_client else "sum_amount_back")
    return Certified(
        month=None if is_whole else rows[0]["month"].date(),
        gross=gross,
        fee=fee,
        back=back,
        left=(gross + fee if organization.is_client else sum_of("sum_amount")) - back,
        count=sum(row["lots"] for row in rows),
    )
