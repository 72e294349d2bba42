"""The geometry of charts: nothing leaves the drawing, parts add up, and the table says it all."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_site.kernel.charts import HEIGHT, TOP, Series, bars, lines, short

amounts = st.decimals(min_value=0, max_value=10**9, places=2)


def series(name: str, *values: int) -> Series:
    return Series(name, tuple(Decimal(value) for value in values))


def test_the_highest_bar_stays_below_the_highest_tick() -> None:
    chart = bars("Earnings", ["a"], [series("paid", 4_850), series("coming", 2_240)])
    assert [tick.words for tick in chart.ticks] == ["0", "2k", "4k", "6k", "8k"]
    assert min(bar.y for bar in chart.bars) > chart.ticks[-1].y == TOP


def test_a_stack_is_as_high_as_its_sum() -> None:
    chart = bars("Earnings", ["a"], [series("paid", 300), series("coming", 100)])
    paid, coming = chart.bars
    assert paid.height == HEIGHT * Decimal("0.75")
    assert paid.y + paid.height == chart.base
    assert coming.y == TOP
    assert coming.y + coming.height < paid.y  # a line of paper between the two


def test_nothing_to_show_is_an_empty_drawing_with_its_table() -> None:
    chart = bars("Earnings", ["a", "b"], [series("paid", 0, 0)])
    assert chart.bars == ()
    assert [row.words for row in chart.rows] == ["a", "b"]


def test_a_line_goes_from_label_to_label() -> None:
    chart = lines("Spend", ["a", "b", "c"], [series("spend", 0, 5, 10), series("plan", 5, 5, 5)])
    assert len(chart.points) == 6
    assert len(chart.segments) == 4
    assert chart.points[0].y == chart.base
    assert chart.points[2].y == TOP


def test_the_table_has_every_value_in_words() -> None:
    chart = bars("Earnings", ["a"], [series("paid", 3)], show=lambda value: f"<{value}>")
    assert chart.rows[0].values == ("<3>",)
    assert chart.bars[0].words == "a: <3>"


def test_a_value_below_nothing_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(AssertionError, match="from nothing"):
        bars("Earnings", ["a"], [series("paid", -1)])


def test_many_labels_are_thinned_and_all_rows_kept() -> None:
    days = [str(day) for day in range(31)]
    chart = lines("Spend", days, [series("spend", *range(31))])
    assert len(chart.labels) <= 13
    assert len(chart.rows) == 31


@pytest.mark.parametrize(
    ("value", "words"), [("0", "0"), ("2500", "2.5k"), ("3000000", "3M"), ("0.5", "0.5")]
)
def test_an_axis_is_written_short(value: str, words: str) -> None:
    assert short(Decimal(value)) == words


@given(st.lists(st.tuples(amounts, amounts), min_size=1, max_size=24))
def test_nothing_ever_leaves_the_drawing(values: list[tuple[Decimal, Decimal]]) -> None:
    both = [
        Series("paid", tuple(a for a, _ in values)),
        Series("coming", tuple(b for _, b in values)),
    ]
    chart = bars("Earnings", [str(n) for n in range(len(values))], both)
    assert len(chart.ticks) <= 5
    for bar in chart.bars:
        assert bar.x >= 0
        assert bar.x + bar.width <= 100
        assert bar.y >= TOP - 3  # a sliver stands above the gap below it
        assert bar.y + bar.height <= chart.base + 1
