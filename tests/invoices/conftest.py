"""Alice pays, Bob works. At home in Austria (20 % VAT on fees); Bob is abroad unless told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from billing_site.people.models import User
from invoices.models import Invoice
from tests import given
from tests.given import NOON, days
from tests.invoices.queued import ask


@pytest.fixture
def alice(db: None) -> User:
    return given.person("alice", country="AT", city="Graz", postal_code="8010")


@pytest.fixture
def bob(db: None) -> User:
    return given.person("bob", kind="freelancer", country="NO", city="Oslo", postal_code="0181")


@pytest.fixture
def charlie(db: None) -> User:
    return given.person("charlie")


@pytest.fixture
def three(alice: User, bob: User, dora: User) -> list[Invoice]:
    """The second has the nearest deadline."""
    return [
        ask(alice, bob, "1000.00", title="Logo"),
        ask(alice, dora, "200.00", title="Texts", at=NOON - days(10)),
        ask(alice, dora, "3000.00", title="Site", at=NOON + timedelta(hours=1)),
    ]


@pytest.fixture
def dora(db: None) -> User:
    """Another freelancer."""
    return given.person("dora", kind="freelancer", country="NO", city="Oslo")
