"""Every minute has a place on the wall, wherever one lives, and no place stands for two."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from billing_site.kernel.periods import midnight, week_bounds, week_of
from billing_site.kernel.wall_time import days_between, moments_of

ZONES = (
    "America/New_York", "America/St_Johns", "America/Santiago", "Europe/Berlin", "Europe/London",
    "Africa/Casablanca", "Africa/Cairo", "Asia/Kathmandu", "Asia/Kolkata", "Australia/Lord_Howe",
    "Pacific/Apia", "Pacific/Auckland",
)  # fmt: skip
YEARS = range(2026, 2029)  # 2028 has a leap day
STEP = timedelta(minutes=5)


def days_to_watch(zone: ZoneInfo) -> list[date]:
    """Each day on which clocks change, with its neighbors; the year's ends; the leap day."""
    watched = {date(2028, 2, 28), date(2028, 2, 29), date(2028, 3, 1)}
    for year in YEARS:
        watched |= {date(year, 12, 31), date(year + 1, 1, 1)}
        for n in range(366):
            day = date(year, 1, 1) + timedelta(days=n)
            before, after = midnight(day), midnight(day + timedelta(days=1))
            if before.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset():
                watched |= {day + timedelta(days=m) for m in (-1, 0, 1)}
    return sorted(watched)


@pytest.mark.parametrize("name", ZONES)
def test_every_minute_is_written_once_in_every_zone(name: str) -> None:
    zone = ZoneInfo(name)
    for day in days_to_watch(zone):
        seen: dict[tuple[date, time, int], datetime] = {}
        moment = midnight(day)
        while moment < midnight(day + timedelta(days=1)):
            here = moment.astimezone(zone)
            written = moments_of(here.date(), here.time(), zone)
            assert moment in written, f"{moment} cannot be written down as {here}"
            place = (here.date(), here.time(), written.index(moment))
            assert seen.setdefault(place, moment) == moment
            assert len(written) in {1, 2}
            moment += STEP


@pytest.mark.parametrize("name", ZONES)
def test_weeks_touch_each_other_and_no_minute_is_between_them(name: str) -> None:
    zone = ZoneInfo(name)
    for day in days_to_watch(zone):
        start, end = week_bounds(week_of(midnight(day)))
        assert (end - start) == timedelta(hours=168)
        assert week_of(end - timedelta(microseconds=1)) == week_of(start)
        assert week_of(end) == week_of(start) + timedelta(days=7)
        days = days_between(start, end, zone)
        assert len(days) in {7, 8, 9}
        assert days[0] == start.astimezone(zone).date()


def test_a_time_that_was_skipped_is_none_and_one_that_came_back_is_two() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    lord_howe = ZoneInfo("Australia/Lord_Howe")  # half an hour

    assert moments_of(date(2026, 3, 29), time(2, 30), berlin) == []
    assert moments_of(date(2026, 10, 25), time(2, 30), berlin) == [
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    ]
    assert moments_of(date(2026, 10, 4), time(2, 15), lord_howe) == []
    assert len(moments_of(date(2026, 4, 5), time(1, 45), lord_howe)) == 2
