from __future__ import annotations

from datetime import date

import pytest

from billing_site.platform.patterns import could_write, problem_of, written

DAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("pattern", "number", "said"),
    [
        ("{code}-{year}-{number:06}", 7, "OKA-2026-000007"),
        ("RE/{year}/{month}/{number}", 12, "RE/2026/03/12"),
        ("{number:03}", 12345, "12345"),
        ("No. {number} {code}", 1, "No. 1 OKA"),
    ],
)
def test_a_number_is_written_by_its_pattern(pattern: str, number: int, said: str) -> None:
    assert written(pattern, code="OKA", on=DAY, number=number) == said
    assert could_write(pattern, said, code="OKA")
    assert not could_write(pattern, f"{said}x", code="OKA")


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ("{code}-{year}", "number itself"),
        ("{number}{year}{number}", "number itself"),
        ("{code}-{number}", "counts from one again each year"),
        ("{year:04}-{number}", "Only the number"),
        ("{year}-{number:00}", "letters, digits"),
        ("{year}-{number!r}", "letters, digits"),
        ("{year}-{number.__class__}", "letters, digits"),
        ("{organization}-{year}-{number}", "letters, digits"),
        ("<b>{year}{number}", "letters, digits"),
        ("Ä{year}{number}", "letters, digits"),
        ("{year}\n{number}", "letters, digits"),
        (" {year}{number}", "no space at either end"),
        ("X" * 30 + "{year}{number}", "At most 40"),
        ("", "number itself"),
    ],
)
def test_a_pattern_that_would_surprise_is_refused(pattern: str, problem: str) -> None:
    assert problem in problem_of(pattern, restarts=True)


def test_a_number_that_runs_on_needs_no_year() -> None:
    assert problem_of("R{number}", restarts=False) == ""
