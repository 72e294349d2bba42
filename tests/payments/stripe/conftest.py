from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from billing_site.people.models import User
from tests import given_payments as given
from tests.payments.stripe.instead import stripe_instead


@pytest.fixture(autouse=True)
def _test_keys(settings: Any) -> None:
    settings.STRIPE_SECRET_KEY = "sk_test_contract"
    settings.STRIPE_PLATFORM_SECRETS = ["whsec_platform"]
    settings.STRIPE_CONNECT_SECRETS = ["whsec_connect"]


@pytest.fixture
def alice(db: None) -> User:
    return given.payer("alice")


@pytest.fixture
def bob(db: None) -> User:
    return given.worker("bob")


@pytest.fixture(params=["sandbox", "stripe"])
def gateway(
    request: pytest.FixtureRequest, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """Either the sandbox, or Stripe's library with the sandbox at its other end."""
    settings.GATEWAY_EVENT_TASK = "payments.tasks.handle_event"
    if request.param == "sandbox":
        settings.STRIPE_SECRET_KEY = ""
        yield "sandbox"
        return
    with stripe_instead(settings, monkeypatch):
        yield "stripe"
