from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
import stripe

from billing_site.people.models import User
from payments.gateways.sandbox import delivery
from payments.gateways.stripe import connection
from tests import given_payments as given
from tests.payments.stripe.world import World


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
    settings.STRIPE_SECRET_KEY = "sk_test_world"
    settings.STRIPE_PLATFORM_SECRETS = settings.SANDBOX_WEBHOOK_SECRETS["platform"]
    settings.STRIPE_CONNECT_SECRETS = settings.SANDBOX_WEBHOOK_SECRETS["connect"]
    world = World()
    monkeypatch.setattr(stripe, "RequestsClient", lambda **_: world)
    monkeypatch.setattr(given, "deliver_due", partial(delivery.deliver_due, post=_to_stripe))
    monkeypatch.setattr(connection, "Hurried", lambda: world)
    _forget_connections()
    yield "stripe"
    _forget_connections()
    assert world.heard, "Nothing went through the library."


def _forget_connections() -> None:
    connection.connect.cache_clear()
    connection.connect_for_a_page.cache_clear()


def _to_stripe(path: str, body: bytes, signature: str) -> int:
    return delivery.hand_over(path.replace("sandbox", "stripe"), body, signature)
