from __future__ import annotations

from typing import Any

import pytest

from billing_site.people.models import User
from tests import given_payments as given


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
