"""Whoever sets up the endpoints subscribes to what we read: the document names all of it."""

from __future__ import annotations

import re

from payments.gateways.signatures import KINDS, OF_A_PAYEE
from payments.gateways.subscribed import SUBSCRIBED
from payments.gateways.words import Scope
from tests.contract.test_what_the_sandbox_shows import EXPECTED
from tests.test_production import ROOT

ADAPTER = "payments/gateways/stripe"
# Where an event is not called like what it is about.
CALLED = {
    "dispute": "charge.dispute",
    "application": "account.application",
    "bank_account": "account.external_account",
    "card": "account.external_account",
}


def subscribed() -> set[str]:
    [text] = re.findall(
        r"^- Two webhook endpoints.*?(?=^- The ways)",
        (ROOT / "docs/operating.md").read_text(),
        re.DOTALL | re.MULTILINE,
    )
    named = re.findall(r"`([a-z_]+\.[a-z_.{},]+)`", text)
    found = set()
    for name in named:
        stem, _, ends = name.partition("{")
        found |= {stem + end for end in ends.rstrip("}").split(",")}
    return found


def stems() -> set[str]:
    """How the events of all that we read are called, but for their last part."""
    return {CALLED.get(each, each) for each in {*KINDS, *OF_A_PAYEE}}


def test_something_of_each_kind_is_subscribed_to() -> None:
    assert stems() - {name.rpartition(".")[0] for name in subscribed()} == set()


def test_whatever_is_looked_for_is_subscribed_to_and_the_other_way_round() -> None:
    assert subscribed() == SUBSCRIBED[Scope.PLATFORM] | SUBSCRIBED[Scope.CONNECT]


def test_all_that_the_sandbox_tells_is_subscribed_to() -> None:
    read = {each for each in EXPECTED if each.rpartition(".")[0] in stems()}
    assert read - subscribed() == set()


def asked_for() -> dict[str, set[str]]:
    """What the adapter asks of the library, by whether it writes or reads."""
    source = "".join(each.read_text() for each in (ROOT / ADAPTER).glob("*.py"))
    called = re.findall(r"api\.([a-z_.]+)\.([a-z]+)\(", source)
    listed = [(each, "list") for each in re.findall(r"_all\(api\.([a-z_.]+),", source)]
    found: dict[str, set[str]] = {"write": set(), "read": set()}
    for resource, deed in [*called, *listed]:
        found["read" if deed in {"list", "retrieve"} else "write"].add(resource)
    return {"write": found["write"], "read": found["read"] - found["write"]}


def test_a_restricted_key_is_given_what_is_asked_for() -> None:
    text = (ROOT / "docs/operating.md").read_text()
    for way, resources in asked_for().items():
        [named] = re.findall(rf"^- to {way}: (.*?)[;.]$", text, re.DOTALL | re.MULTILINE)
        assert set(re.findall(r"`([a-z_.]+)`", named)) == resources
