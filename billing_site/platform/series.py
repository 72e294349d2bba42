"""Numbers without gaps, as tax offices want them: per issuer and kind, by year or running on."""

from __future__ import annotations

from django.db import connection

from billing_site.platform.models import Series

RUNS_ON = 0  # the year of a series that never starts again


def next_number(*, series: str, year: int, first: int = 1) -> int:
    """Return the next number of *series* ("invoice/OKA") in *year*, starting at *first*.

    The row stays locked until the transaction ends, and a rollback gives the number back:
    so ask for it last of all but the books.
    """
    assert connection.in_atomic_block, "A number that is not used in the same transaction is a gap."
    Series.objects.bulk_create(
        [Series(name=series, year=year, first=first, last=first - 1)], ignore_conflicts=True
    )
    row = Series.objects.select_for_update(no_key=True).get(name=series, year=year)
    row.last += 1
    row.save(update_fields=["last"])
    return row.last


def last_number(*, series: str, year: int) -> int | None:
    """Return the last number that was given out, or None before the first."""
    return Series.objects.filter(name=series, year=year).values_list("last", flat=True).first()
