"""The lots of an organization: of which each release and each payment made one."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from billing_site.people.models import Organization
from payments.models import Lot

DAY = timedelta(days=1)
SUMS = {
    "lots": Count("pk"),
    "sum_gross": Sum("gross"),
    "sum_fee": Sum("fee") + Sum("fee_tax"),
    "sum_client_fee": Sum("client_fee") + Sum("client_fee_tax"),
    "sum_amount": Sum("amount"),
    "sum_gross_back": Sum("gross_back"),
    "sum_amount_back": Sum("amount_back"),
}


def lots_of(organization: Organization, currency: str) -> QuerySet[Lot]:
    side = Q(client=organization) if organization.is_client else Q(freelancer=organization)
    return Lot.objects.filter(side, currency=currency)


def released_in(lots: QuerySet[Lot], since: date, until: date) -> QuerySet[Lot]:
    """Return those released from *since* to *until*, both days included, in UTC."""
    return lots.filter(released_at__gte=morning(since), released_at__lt=morning(until + DAY))


def morning(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)


def grouped(lots: QuerySet[Lot], organization: Organization, *by: str) -> list[dict[str, Any]]:
    """Return the sums of *lots* for each value of the annotations *by*."""
    back = list(given_back(lots)) if organization.is_client else []
    return with_fees_back(list(summed_by(lots, *by)), back, *by)


def summed_by(lots: QuerySet[Lot], *by: str) -> QuerySet[Any, Any]:
    return lots.values(*by).annotate(**SUMS).order_by(*by)


def given_back(lots: QuerySet[Lot]) -> QuerySet[Lot]:
    return lots.filter(gross_back__gt=0).order_by("pk")


def with_fees_back(found: list[dict[str, Any]], back: list[Lot], *by: str) -> list[dict[str, Any]]:
    """Return the sums that were *found*, and those of our fee on what went back to a client.

    Each lot rounds that for itself: such lots have rows of their own.
    """
    return [*found, *(_fee_back(lot, by) for lot in back)]


def _fee_back(lot: Lot, by: tuple[str, ...]) -> dict[str, Any]:
    with_tax = lot.gone.client_fee + lot.gone.client_fee_tax
    nothing = dict.fromkeys(SUMS, Decimal(0))
    its = {name: getattr(lot, name) for name in by}
    return {**its, **nothing, "lots": 0, "sum_gross_back": with_tax.amount}
