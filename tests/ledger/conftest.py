from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.factories.people import OrganizationFactory
from tests.ledger.books import broken_laws


@pytest.fixture(autouse=True)
def _the_books_are_in_order_afterwards(request: pytest.FixtureRequest) -> Iterator[None]:
    """After every test that touches money the laws are asked, as they are in production."""
    yield
    if request.node.get_closest_marker("django_db"):
        assert broken_laws() == {}


@pytest.fixture
def alice() -> int:
    """A client, as the books know her: the key of her organization."""
    return int(OrganizationFactory.create(kind="client").pk)


@pytest.fixture
def bob() -> int:
    """A freelancer likewise."""
    return int(OrganizationFactory.create(kind="freelancer").pk)
