from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from billing_site.kernel.transitions import SYSTEM
from billing_site.people.models import User
from billing_site.platform import clock
from payments.models import (
    BankDetails,
    Charge,
    Chargeback,
    Escrow,
    PaymentMethod,
    PayoutMethod,
    Quote,
    Refund,
    Restriction,
)
from payments.services import bank_details, escrow
from tests import given_payments as given
from tests.factories.people import UserFactory
from tests.given_payments import DAY, EUR, NOON
from tests.payments import both
from tests.payments.given_chargebacks import taken
from tests.payments.restricted import restrict
from tests.signing_in import session_of, with_second_factor

ENDED = SYSTEM("the contract ended")


@pytest.fixture(autouse=True)
def _payments_alone(settings: Any) -> None:
    """Events are read as far as payments is concerned: what milestones make of it is not ours."""
    settings.GATEWAY_EVENT_TASK = "payments.tasks.handle_event"
    settings.CREDIT_CHARGE_TASK = "payments.tasks.pay_by_credit"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if both.is_for_both(metafunc.definition):
        metafunc.parametrize("either_gateway", both.GATEWAYS, indirect=True)


@pytest.fixture(autouse=True)
def either_gateway(
    request: pytest.FixtureRequest, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """The sandbox, and for a scenario Stripe's library, too; see `both`."""
    if getattr(request, "param", "sandbox") == "sandbox":
        yield "sandbox"
        return
    from tests.payments.stripe.instead import stripe_instead

    with stripe_instead(settings, monkeypatch):
        yield "stripe"


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
def fay(db: None) -> User:
    return UserFactory.create(name="Fay", email="fay@example.org", is_staff=True, roles=["finance"])


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


@pytest.fixture
def quote(bob: User, method: PayoutMethod) -> Quote:
    return given.quoted(bob, method, EUR("500.00"))


@pytest.fixture
def refund(alice: User, bob: User) -> Refund:
    held = given.held_escrow(client=alice, freelancer=bob)
    return escrow.refund(held.pk, reason="The work ended.", by=ENDED, at=NOON + DAY)


@pytest.fixture
def card(alice: User, bob: User) -> PayoutMethod:
    """Bob has €881.00 available, and a debit card."""
    given.available_earnings(client=alice, freelancer=bob)
    return given.payout_method(bob, is_card=True, last4="5556")


@pytest.fixture
def restriction(bob: User, finn: User) -> Restriction:
    return restrict(bob, finn)


@pytest.fixture
def case(alice: User, bob: User) -> Chargeback:
    return taken(given.held_escrow(client=alice, freelancer=bob))
