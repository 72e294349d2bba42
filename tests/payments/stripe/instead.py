"""Stripe's library with the sandbox at its other end, in place of the sandbox itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import stripe

from payments.gateways.sandbox import delivery
from payments.gateways.stripe import connection
from tests.payments.stripe.world import World


@contextmanager
def stripe_instead(settings: Any, patched: pytest.MonkeyPatch) -> Iterator[World]:
    """Whatever is asked of a gateway goes through the library, and events come in by its door."""
    settings.STRIPE_SECRET_KEY = "sk_test_world"
    settings.STRIPE_PLATFORM_SECRETS = settings.SANDBOX_WEBHOOK_SECRETS["platform"]
    settings.STRIPE_CONNECT_SECRETS = settings.SANDBOX_WEBHOOK_SECRETS["connect"]
    world, hand_over = World(), delivery.hand_over

    def to_stripe(path: str, body: bytes, signature: str) -> int:
        return hand_over(path.replace("sandbox", "stripe"), body, signature)

    patched.setattr(stripe, "RequestsClient", lambda **_: world)
    patched.setattr(connection, "Hurried", lambda: world)
    patched.setattr(delivery, "hand_over", to_stripe)
    forget_connections()
    yield world
    forget_connections()
    assert world.heard, "Nothing went through the library."


def forget_connections() -> None:
    connection.connect.cache_clear()
    connection.connect_for_a_page.cache_clear()
