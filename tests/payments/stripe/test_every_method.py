"""Each method of the protocol sends what the published document allows, and reads the answer."""

from __future__ import annotations

import inspect
from typing import get_args

import pytest

from payments.gateways.base import Gateway
from payments.gateways.stripe import finding
from payments.gateways.stripe.gateway import StripeGateway
from tests.payments.stripe.cases import cases
from tests.payments.stripe.provider import asked
from tests.payments.stripe.test_unanswered import ASKED

# These are tried elsewhere, case by case; what follows holds them to it.
READS_LETTERS, LOOKS_UP = "verify_webhook", "look_up"


def methods_of(gateway: type) -> set[str]:
    found = inspect.getmembers(gateway, inspect.isfunction)
    return {name for name, _ in found if not name.startswith("_")}


@pytest.mark.scenario(57)
def test_no_method_is_without_a_case() -> None:
    """Whether the protocol names it or not: what can be called, sends something."""
    tried = {name.partition(",")[0] for name in cases()}

    assert methods_of(StripeGateway) == methods_of(Gateway) == tried | {READS_LETTERS, LOOKS_UP}


@pytest.mark.scenario(57)
def test_no_call_is_looked_up_without_a_case() -> None:
    """Each kind of request that can be looked up is, where it was done and where it was not."""
    asked_for = {type(request) for request, *_ in ASKED.values()}

    assert asked_for == set(get_args(finding.Request))


@pytest.mark.parametrize("name", cases())
def test_it_sends_what_is_allowed_and_reads_what_comes(name: str) -> None:
    case = cases()[name]

    result, provider = asked(case.answers, case.ask)

    assert result == case.result
    last = provider.last
    assert (last.operation, last.params, last.account) == (case.sends, case.params, case.account)
    assert last.key == ("k:1" if case.is_deed else "")


@pytest.mark.parametrize("name", [name for name, case in cases().items() if case.is_deed])
def test_asked_twice_it_sends_the_same_twice(name: str) -> None:
    """The same key stands for the same parameters, so nothing of them may be made up."""
    case = cases()[name]

    _, first = asked(case.answers, case.ask)
    _, second = asked(case.answers, case.ask)

    assert first.heard == second.heard
