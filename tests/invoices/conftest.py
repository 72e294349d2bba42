"""Alice pays, Bob works. At home in Austria (20 % VAT on fees); Bob is abroad unless told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from billing_site.people.models import User
from invoices.models import Invoice, Milestone, RefundRequest
from invoices.services import contesting
from tests import given
from tests.given import EUR, NOON, days
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


@pytest.fixture
def invoice(alice: User, bob: User) -> Invoice:
    """1,000.00 that waits for approval."""
    return given.submitted_invoice(client=alice, freelancer=bob)


@pytest.fixture
def anna(alice: User) -> User:
    return given.member(alice, "anna", role="approver")


@pytest.fixture
def ben(alice: User) -> User:
    """An approver who may approve 500.00 by himself."""
    return given.member(alice, "ben", role="approver", limit=EUR("500.00"))


@pytest.fixture
def contested(invoice: Invoice, alice: User) -> Invoice:
    return contesting.contest(invoice.pk, by=alice, at=NOON + days(1))


@pytest.fixture
def paid(alice: User, bob: User) -> Invoice:
    """EUR 1,000 released; Bob has 900 pending, Alice paid 1,060 with our fee and its VAT."""
    return given.paid_invoice(client=alice, freelancer=bob)


@pytest.fixture
def milestone(alice: User, bob: User) -> Milestone:
    return given.funded_milestone(client=alice, freelancer=bob)


@pytest.fixture
def request_(alice: User, bob: User) -> RefundRequest:
    """Alice ended at noon and lets Bob keep 400 of 1,000."""
    return given.refund_request(client=alice, freelancer=bob)
