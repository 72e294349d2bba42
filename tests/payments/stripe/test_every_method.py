"""Each method of the protocol sends what the published document allows, and reads the answer."""

from __future__ import annotations

import inspect

import pytest

from payments.gateways.base import Gateway
from tests.payments.stripe.cases import cases
from tests.payments.stripe.provider import asked

# It calls nobody: test_letters.py tries it.
WITHOUT_A_CALL = {"verify_webhook", "look_up"}  # of which each kind has a case of its own


@pytest.mark.scenario(57)
def test_no_method_is_without_a_case() -> None:
    methods = {name for name, _ in inspect.getmembers(Gateway, inspect.isfunction)}
    promised = {name for name in methods if not name.startswith("_")}

    assert {name.partition(",")[0] for name in cases()} == promised - WITHOUT_A_CALL


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
