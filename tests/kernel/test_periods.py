from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from billing_site.kernel.periods import add_business_days, week_bounds, week_of


@pytest.mark.parametrize(
    ("moment", "monday"),
    [
        (datetime(2026, 3, 8, 23, 59, 59, tzinfo=UTC), date(2026, 3, 2)),
        (datetime(2026, 3, 9, 0, 0, tzinfo=UTC), date(2026, 3, 9)),
        # Monday morning in Auckland is still Sunday in the terms.
        (datetime(2026, 3, 9, 10, 0, tzinfo=timezone(timedelta(hours=13))), date(2026, 3, 2)),
        (datetime(2024, 2, 29, 12, 0, tzinfo=UTC), date(2024, 2, 26)),
    ],
)
def test_a_week_runs_from_monday_to_sunday_in_utc(moment: datetime, monday: date) -> None:
    assert week_of(moment) == monday
    start, end = week_bounds(monday)
    assert start <= moment < end


def test_weekends_and_holidays_are_no_business_days() -> None:
    # Thursday before Easter 2026: Good Friday, the weekend and Easter Monday are skipped.
    assert add_business_days(date(2026, 4, 2), 1, "DE") == date(2026, 4, 7)
    assert add_business_days(date(2026, 4, 2), 1) == date(2026, 4, 3)


def test_a_holiday_of_either_side_counts() -> None:
    # 17 May is Norway's; in 2027 it is a Monday.
    assert add_business_days(date(2027, 5, 14), 1, "DE", "NO") == date(2027, 5, 18)
