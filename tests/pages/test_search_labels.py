"""A list's search says what it looks through, and looks through what it says."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from invoices.services import contracts
from invoices.services.contracts import PlannedWork
from tests import given
from tests.given import NOON
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db
LABELS = {
    "contracts": "Title, description or name",
    "invoices": "Number, title or name",
    "records": "Number, title or name",
}


@pytest.fixture
def browser(db: None) -> Client:
    alice = given.person("alice", country="NO")
    bob = given.person("bob", kind="freelancer", country="NO")
    given.paid_invoice(client=alice, freelancer=bob)
    contracts.draft(
        client=given.organization(alice),
        freelancer=given.organization(bob),
        title="Posters",
        description="For the tram stops.",
        work=[PlannedWork("Layout", given.PRICE)],
        by=alice,
        at=NOON,
    )
    return session_of(alice)


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("contracts", "brand refr"),
        ("contracts", "tram stops"),
        ("contracts", "bob"),
        ("invoices", "logo"),
        ("invoices", "bob"),
        ("records", "logo"),
        ("records", "bob"),
    ],
)
def test_what_the_label_names_is_found(browser: Client, page: str, query: str) -> None:
    everything = "?tab=all&" if page != "records" else "?"
    shown = browser.get(f"{reverse(page)}{everything}q={query}")
    assert LABELS[page] in shown.content.decode()
    assert len(shown.context["list"].rows) > 0
