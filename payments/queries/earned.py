"""What a freelancer earned in each month, and what of it is theirs by now: for every drawing."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from billing_site.kernel.prepared import Prepared
from billing_site.people.models import Organization
from payments.models import Lot

ByMonth = dict[tuple[int, int], Decimal]  # of a year and its month


def earned_by_month(
    organization: Organization, currency: str, *, since: datetime
) -> list[tuple[str, ByMonth]]:
    """Return what was released from *since* on, by month in UTC, under the name of each part.

    It is theirs once it was made available: a lot whose date has come is pending as long as a
    bank or our staff keeps it. What went back to the client is not in it.
    """
    yours, pending = ByMonth(), ByMonth()
    for row in _EARNED.all(currency, organization.pk, since):
        month = row["month"].year, row["month"].month
        yours[month] = row["yours"] or Decimal(0)
        pending[month] = row["pending"] or Decimal(0)
    return [("Yours", yours), ("Pending", pending)]


def _earned(currency: str, freelancer: int, since: datetime) -> QuerySet[Any, Any]:
    lots = Lot.objects.filter(
        freelancer=freelancer, currency=currency, released_at__gte=since
    ).order_by()
    free = Q(made_available_at__isnull=False)
    return (
        lots.annotate(month=TruncMonth("released_at", tzinfo=UTC))
        .values("month")
        .annotate(
            yours=Sum("amount", filter=free) - Sum("amount_back", filter=free),
            pending=Sum("amount", filter=~free) - Sum("amount_back", filter=~free),
        )
    )


_EARNED = Prepared(_earned)
