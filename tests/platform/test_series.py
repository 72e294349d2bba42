from __future__ import annotations

import pytest
from django.db import transaction

from billing_site.platform.models import Series
from billing_site.platform.series import next_number
from tests.platform._threads import at_once


@pytest.mark.django_db
def test_each_series_and_year_counts_from_one() -> None:
    numbers = [
        next_number(series=series, year=year)
        for series, year in [("a", 2026), ("a", 2026), ("b", 2026), ("a", 2027), ("a", 2026)]
    ]

    assert numbers == [1, 2, 1, 1, 3]


@pytest.mark.django_db(transaction=True)
def test_a_number_is_taken_only_with_what_it_numbers() -> None:
    with pytest.raises(AssertionError, match="is a gap"):
        next_number(series="a", year=2026)

    assert Series.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_sixteen_at_once_with_rollbacks_leave_no_gap() -> None:
    @transaction.atomic
    def issue(number: int) -> int:
        taken = next_number(series="invoice/OKA", year=2026)
        if number % 3 == 0:
            raise ZeroDivisionError
        return taken

    outcomes = at_once(16, issue) + at_once(16, issue)

    kept = [number for number in outcomes if isinstance(number, int)]
    assert sorted(kept) == list(range(1, 21))
    assert sum(isinstance(outcome, ZeroDivisionError) for outcome in outcomes) == 12
    assert Series.objects.get().last == 20
