"""Retainers, period by period."""

from __future__ import annotations

from datetime import UTC, datetime

from billing_site.kernel.money import Money
from invoices.models import RetainerPeriod


def billed() -> list[tuple[str, str, int, Money]]:
    return [
        (f"{each.starts_on:%m-%d}", f"{each.ends_on:%m-%d}", each.billed_days, each.amount)
        for each in RetainerPeriod.objects.order_by("starts_on")
    ]


def utc(month: int, day: int, hour: int = 0, *, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)
