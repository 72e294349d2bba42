"""Alice pays, Bob works, Mia mediates."""

from __future__ import annotations

import pytest

from billing_site.people.models import User
from tests import given
from tests.factories.people import UserFactory
from tests.signing_in import with_second_factor


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
def mia(db: None) -> User:
    return staff("mia")


def staff(name: str) -> User:
    user = UserFactory.create(name=name.title(), email=f"{name}@countersign.example", is_staff=True)
    with_second_factor(user)
    return user
