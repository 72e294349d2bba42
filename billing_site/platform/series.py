"""Numbers without gaps, as tax offices want them: per issuer and year."""

from __future__ import annotations

from django.db import connection

from billing_site.platform.models import Series


def next_number(*, series: str, year: int) -> int:
    """Return the next number of *series* ("invoice/OKA") in *year*, starting at 1.

    The row stays locked until the transaction ends, and a rollback gives the number back:
    so ask for it last of all but the books.
    """
    assert connection.in_atomic_block, "A number that is not used in the same transaction is a gap."
    Series.objects.bulk_create([Series(name=series, year=year)], ignore_conflicts=True)
    row = Series.objects.select_for_update(no_key=True).get(name=series, year=year)
    row.last += 1
    row.save(update_fields=["last"])
    return row.last
