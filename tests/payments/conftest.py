from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from billing_site.people.models import User
from billing_site.platform import clock
from payments.models import BankDetails, Charge, Escrow, PaymentMethod, PayoutMethod
from payments.services import bank_details
from tests import given_payments as given
from tests.factories.people import UserFactory
from tests.given_payments import DAY, NOON
from tests.signing_in import session_of, with_second_factor


@pytest.fixture(autouse=True)
def _payments_alone(settings: Any) -> None:
    """Events are read as far as payments is concerned: what milestones make of it is not ours."""
    settings.GATEWAY_EVENT_TASK = "payments.tasks.handle_event"
    settings.CREDIT_CHARGE_TASK = "payments.tasks.pay_by_credit"


@pytest.fixture
def alice(db: None) -> User:
    return given.payer("alice")


@pytest.fixture
def bob(db: None) -> User:
    return given.worker("bob")


@pytest.fixture
def charlie(db: None) -> User:
    return given.worker("charlie")


@pytest.fixture
def finn(db: None) -> User:
    return UserFactory.create(
        name="Finn", email="finn@example.org", is_staff=True, roles=["finance"]
    )


@pytest.fixture
def method(alice: User, bob: User) -> PayoutMethod:
    """Bob has €881.00 available, and a bank that pays."""
    given.available_earnings(client=alice, freelancer=bob)
    return given.payout_method(bob)


@pytest.fixture
def as_alice(alice: User) -> Client:
    return session_of(alice)


@pytest.fixture
def as_bob(bob: User) -> Client:
    with_second_factor(bob)
    return session_of(bob)


@pytest.fixture
def as_charlie(charlie: User) -> Client:
    with_second_factor(charlie)
    return session_of(charlie)


@pytest.fixture
def charge(alice: User, bob: User) -> Charge:
    return given.begun_charge(client=alice, freelancer=bob)


@pytest.fixture
def held_escrow(alice: User, bob: User) -> Escrow:
    return given.held_escrow(client=alice, freelancer=bob)


@pytest.fixture
def three(alice: User) -> list[PaymentMethod]:
    return [given.payment_method(alice, code) for code in ("4242", "4444", "sepa")]


@pytest.fixture
def details(alice: User) -> BankDetails:
    with clock.pinned(NOON - DAY):
        assert bank_details.learn(given.organization(alice), by=alice, at=NOON - DAY)
    return BankDetails.objects.get()


@pytest.fixture
def named_by_refs(settings: Any) -> None:
    """Invoices know numbers; here a document is named as payments call it."""
    settings.NAMED_DOCUMENTS = "tests.payments.sent_by_bank.named"
