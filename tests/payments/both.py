"""Which tests of the scenarios run against both gateways: all that nothing speaks against.

The two are the sandbox, and Stripe through the official library with the sandbox at its other
end, where each call and each answer is held to the published document. A test of a scenario in
this folder is run twice by `conftest.py`, unless it stands in `ONE` with the reason; those in
stripe/ ask for the fixture `gateway`, or are about the library alone.
"""

from __future__ import annotations

import pytest

from tests.payments import scenarios

GATEWAYS = ["sandbox", "stripe"]
HERE = "tests/payments/"
LIBRARY = f"{HERE}stripe/"

ONE: dict[str, str] = {
    # Of each test that is not run twice, why not.
    "test_webhook.py::test_a_forged_letter_stays_outside": (
        "stripe/test_forged_letters.py sends the same to every door of both"
    ),
    "test_webhook.py::TestGenuine::test_eight_times_is_once": (
        "it is written for the door of the sandbox; who was there before is asked of our own rows"
    ),
    "test_orders.py::test_45_every_order_forty_times_has_one_end": (
        "the same two times an order runs against both, and this takes minutes"
    ),
    "test_taking_back.py::test_sixteen_at_once_take_it_back_once": (
        "a race for a row of ours, in which nobody is asked"
    ),
    "test_reconciliation_strays.py::TestStrays::"
    "test_they_are_found_once_and_stay_with_their_age": "it begins where the first of them ends",
    "test_reconciliation_strays.py::TestStrays::test_a_person_says_what_it_was": (
        "it begins where the first of them ends"
    ),
    "test_reconciliation_strays.py::TestStrays::test_the_desk_decides_with_a_reason": (
        "it begins where the first of them ends"
    ),
    "test_refunds_wait_for_funds.py::test_it_waits_and_says_so_until_the_balance_holds_it": (
        "our own bank is moved by `take_income`, which does it in the sandbox alone"
    ),
}
WITHOUT: dict[int, str] = {
    # Of each scenario that no test runs against both, why one of the two cannot.
    55: "the sandbox writes its events in the pinned version, always",
    56: "which of the two there is, is what it is about",
    57: "each is held to the document by a test of its own",
    58: "the browser leaves for Stripe's own page, which the sandbox has not",
}


def name_of(node: pytest.Item) -> str:
    return node.nodeid.partition("[")[0].removeprefix(HERE)


def is_for_both(node: pytest.Item) -> bool:
    """Those in stripe/ choose for themselves."""
    is_scenario = node.get_closest_marker("scenario") is not None
    return is_scenario and _is_here(node.nodeid) and name_of(node) not in ONE


def scenarios_of_both() -> set[int]:
    """Return the scenarios that at least one test runs against both."""
    run_twice = (
        each
        for each in scenarios.showing()
        if each.chooses_gateway or (_is_here(each.name) and each.name.removeprefix(HERE) not in ONE)
    )
    return {number for each in run_twice for number in each.scenarios}


def _is_here(name: str) -> bool:
    return name.startswith(HERE) and not name.startswith(LIBRARY)
