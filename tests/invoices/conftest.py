"""Alice pays, Bob works. At home in Austria (20 % VAT on fees); Bob is abroad unless told."""

from __future__ import annotations

import pytest

from billing_site.people.models import User
from tests import given


@pytest.fixture
def alice(db: None) -> User:
    return given.person("alice", country="AT", city="Graz", postal_code="8010")


@pytest.fixture
def bob(db: None) -> User:
    return given.person("bob", kind="freelancer", country="NO", city="Oslo", postal_code="0181")


@pytest.fixture
def charlie(db: None) -> User:
    return given.person("charlie")
