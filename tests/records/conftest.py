"""Alice pays, Bob works, both in Austria: the VAT on both fees meets in one account."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from billing_site.people.models import User
from billing_site.platform import clock
from tests import given
from tests.given import EUR, NOON


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


@pytest.fixture
def business(alice: User, bob: User) -> None:
    """A year in small: held, released, sent back, and paid from outside."""
    given.paid_invoice(client=alice, freelancer=bob, price=EUR("400.00"), at=NOON)
    given.paid_invoice(client=alice, freelancer=bob, price=EUR("99.99"), at=NOON)
    given.funded_milestone(client=alice, freelancer=bob, price=EUR("12.34"), at=NOON)
    owed = given.owed_invoice(client=alice, freelancer=bob, price=EUR("77.77"), at=NOON)
    from invoices.services import invoicing

    invoicing.approve(owed.pk, by=alice, at=NOON)
