"""Weeks that never were in a database: for arithmetic that wants hundreds of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from billing_site.kernel.money import from_minor
from invoices.models import RateVersion, TimeEntry, WeeklyLimit
from invoices.protection import CAP_MINUTES, Standing, full_cap
from invoices.week_summary import WeekSummary, week_summary

MONDAY = date(2026, 3, 2)
MIDNIGHT = datetime(2026, 3, 2, tzinfo=UTC)
GOOD = Standing(
    is_hourly=True,
    is_running=True,
    client_is_verified=True,
    unprotected_from=None,
    minutes_left=CAP_MINUTES,
    amount_left=full_cap("EUR"),
)


def summary_in_memory(
    minutes: Sequence[int], *, rate: int, limit: int = 40 * 60, standing: Standing = GOOD
) -> WeekSummary:
    """A week of tracked entries, one after the other, at *rate* cents an hour."""
    start, entries = MIDNIGHT, []
    for n, length in enumerate(minutes):
        end = start + timedelta(minutes=length)
        entries.append(
            TimeEntry(
                pk=n,
                during=DateTimeTZRange(start, end),
                minutes=length,
                kind="tracked",
                memo="Work",
            )
        )
        start = end
    return week_summary(
        MONDAY,
        entries=entries,
        rates=[
            RateVersion(pk=1, currency="EUR", rate=from_minor(rate, "EUR"), effective_from=MIDNIGHT)
        ],
        limits=[WeeklyLimit(pk=1, minutes=limit, effective_from=MIDNIGHT, said_at=MIDNIGHT)],
        standing=standing,
    )
