"""Sums, rates and moments as people read them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from billing_site.kernel.money import from_minor
from billing_site.templatetags import clock_time, money, states

NOON = datetime(2026, 3, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("basis_points", "words"), [(1_000, "10"), (500, "5"), (250, "2.5"), (1_925, "19.25"), (0, "0")]
)
def test_a_rate_is_shown_without_needless_digits(basis_points: int, words: str) -> None:
    assert money.rate(basis_points) == f"{words}\u202f%"


def test_no_sum_and_no_rate_show_nothing() -> None:
    assert money.money(None) == money.amount(None) == money.rate(None) == money.sum_of(None) == ""


def test_a_sum_says_its_currency_unless_the_column_does() -> None:
    debt = from_minor(-123_450, "EUR")
    assert money.money(debt) == "−€1,234.50"
    assert money.amount(debt) == "−1,234.50"
    assert money.amount(from_minor(1_200, "JPY")) == "1,200"


def test_the_subject_of_a_line_reads_as_one_figure() -> None:
    assert money.sum_of(from_minor(391_240, "EUR")) == (
        '<span class="money">€3,912<small>.40</small></span>'
    )
    assert "<small></small>" in money.sum_of(from_minor(1_200, "JPY"))


def test_a_moment_is_shown_where_the_viewer_is_and_kept_in_utc() -> None:
    with timezone.override(ZoneInfo("America/New_York")):
        html = clock_time.moment(NOON)
    assert "24 Mar 2026, 08:00</time>" in html
    assert 'datetime="2026-03-24T12:00:00Z"' in html
    assert "12:00 UTC" in html


def test_the_day_of_a_moment_is_the_viewers_day() -> None:
    late = datetime(2026, 3, 24, 23, 30, tzinfo=UTC)
    with timezone.override(ZoneInfo("Asia/Tokyo")):
        assert clock_time.day(late) == '<time datetime="2026-03-25">25 Mar 2026</time>'
    assert "24 Mar 2026" in clock_time.day(date(2026, 3, 24))
    assert "Tue 24 Mar" in clock_time.weekday(late)


def test_a_rule_is_told_in_utc_wherever_the_viewer_is() -> None:
    with timezone.override(ZoneInfo("Asia/Tokyo")):
        assert "Tue 24 Mar 2026, 12:00 UTC" in clock_time.moment_utc(NOON)


@pytest.mark.parametrize(
    ("distance", "words"),
    [
        (timedelta(days=8, hours=3), "in 8 days"),
        (timedelta(hours=47), "in 47 hours"),
        (timedelta(days=1), "in 1 day"),
        (timedelta(minutes=1), "in 1 minute"),
        (timedelta(days=21), "in 3 weeks"),
        (timedelta(days=20), "in 20 days"),
        (timedelta(days=-400), "13 months ago"),
        (timedelta(seconds=-30), "now"),
    ],
)
def test_a_distance_is_told_in_its_telling_unit(distance: timedelta, words: str) -> None:
    assert clock_time.in_words(NOON + distance, NOON) == words


def test_nothing_is_left_once_it_is_over() -> None:
    assert clock_time.left(NOON + timedelta(seconds=5), NOON) == "a moment"
    assert clock_time.left(NOON, NOON) == ""


def test_initials_take_two_words_and_never_fail() -> None:
    assert states.initials("Bob van Baker") == "BV"
    assert states.initials("“Alice” Studio") == "S"
    assert states.initials("") == "?"
