"""What is logged in weeks that are not billed yet, as far as it will be billed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet, Sum

from billing_site.kernel.money import Money, for_minutes
from billing_site.kernel.periods import week_bounds
from invoices.hours import limit_of, rate_at
from invoices.models import Contract, Week

LAST = timedelta(microseconds=1)  # before the end of a week


def unbilled(weeks: QuerySet[Week]) -> QuerySet[Week]:
    """Return those of *weeks* that are open, with what `of_open` looks at."""
    logged = Sum("entries__minutes", filter=Q(entries__removed_at=None))
    found = weeks.filter(state=Week.State.OPEN).annotate(minutes=logged).order_by("pk")
    return found.select_related("contract").prefetch_related("contract__rates", "contract__limits")


def of_open(weeks: Iterable[Any]) -> Iterator[tuple[Contract, Money]]:
    """Yield what each of the weeks that `unbilled` returns comes to, net, up to its limit."""
    for week in weeks:
        contract = week.contract
        most = limit_of(list(contract.limits.all()), week.starts_on).minutes
        last = max(week_bounds(week.starts_on)[1] - LAST, contract.created_at)
        rate = rate_at(list(contract.rates.all()), last)
        yield contract, for_minutes(min(week.minutes or 0, most), rate=rate.rate)
