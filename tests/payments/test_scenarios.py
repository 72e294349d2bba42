from __future__ import annotations

import pytest

from tests.payments import both, scenarios
from tests.payments.scenarios import ALL, OPEN, shown


def test_every_scenario_is_shown_by_a_test_or_known_to_be_open() -> None:
    found = shown()
    assert set(found) <= set(ALL)
    assert [number for number in ALL if number not in found and number not in OPEN] == []


def test_what_is_shown_is_open_no_more() -> None:
    """The list of what is open grows shorter by itself: whoever shows one takes it out."""
    assert [number for number in OPEN if number in shown()] == []


def test_every_scenario_runs_against_both_gateways_or_says_why_it_cannot() -> None:
    twice = both.scenarios_of_both()
    assert sorted(set(ALL) - twice - set(both.WITHOUT)) == [], "Neither run twice nor explained."
    assert sorted(twice & set(both.WITHOUT)) == [], "It is run twice: nothing is to be explained."


def test_whatever_is_not_run_twice_is_a_test_of_a_scenario() -> None:
    known = {each.name.removeprefix(both.HERE) for each in scenarios.showing()}
    assert [name for name in both.ONE if name not in known] == []


def test_what_is_to_run_twice_does(request: pytest.FixtureRequest) -> None:
    """Of whatever was collected beside this test."""
    found = [item for item in request.session.items if both.is_for_both(item)]
    assert [each.nodeid for each in found if "either_gateway" not in params_of(each)] == []


def params_of(item: pytest.Item) -> dict[str, object]:
    called = getattr(item, "callspec", None)
    return called.params if called else {}
