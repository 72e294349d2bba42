"""Alice pays, Bob works, both in Austria: the VAT on both fees meets in one account."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from billing_site.people.models import User
from billing_site.platform import clock
from tests import given


@pytest.fixture
def alice(db: None) -> User:
    return given.person("alice", country="AT")


@pytest.fixture
def bob(db: None) -> User:
    return given.person("bob", kind="freelancer", country="AT")


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.pinned(given.NOON):
        yield
