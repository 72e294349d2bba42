from __future__ import annotations

from tests.payments.scenarios import ALL, OPEN, shown


def test_every_scenario_is_shown_by_a_test_or_known_to_be_open() -> None:
    found = shown()
    assert set(found) <= set(ALL)
    assert [number for number in ALL if number not in found and number not in OPEN] == []


def test_what_is_shown_is_open_no_more() -> None:
    """The list of what is open grows shorter by itself: whoever shows one takes it out."""
    assert [number for number in OPEN if number in shown()] == []
