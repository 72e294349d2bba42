"""Which gateway moves the money: keys decide, and live ones are for production alone."""

from __future__ import annotations

from typing import Any

import pytest
import stripe
from django.core.exceptions import ImproperlyConfigured

from payments import gateways
from payments.gateways.stripe import connection
from tests.contract.spec import published


@pytest.fixture
def production(settings: Any) -> Any:
    settings.DEMO = settings.DEBUG = settings.PAYMENTS_SANDBOX = False
    return settings


def test_without_keys_it_is_the_sandbox(settings: Any) -> None:
    settings.STRIPE_SECRET_KEY = ""

    assert gateways.current().name == "sandbox"


@pytest.mark.parametrize("key", ["sk_test_1", "rk_test_1"])
def test_with_test_keys_it_is_stripe_and_nothing_is_live(settings: Any, key: str) -> None:
    settings.STRIPE_SECRET_KEY = key

    assert (gateways.current().name, gateways.current().livemode) == ("stripe", False)


@pytest.mark.parametrize("key", ["sk_live_1", "rk_live_1"])
def test_production_may_hold_live_keys(production: Any, key: str) -> None:
    production.STRIPE_SECRET_KEY = key

    assert (gateways.current().name, gateways.current().livemode) == ("stripe", True)


@pytest.mark.parametrize("where", ["DEMO", "DEBUG"])
@pytest.mark.parametrize("key", ["sk_live_1", "rk_live_1"])
@pytest.mark.scenario(56)
def test_nothing_else_may(production: Any, key: str, where: str) -> None:
    production.STRIPE_SECRET_KEY = key
    setattr(production, where, True)

    with pytest.raises(ImproperlyConfigured, match="for production alone"):
        gateways.current()


@pytest.mark.parametrize("name", ["stripe", "sandbox"])
@pytest.mark.scenario(56)
def test_the_sandbox_never_stands_beside_live_keys(production: Any, name: str) -> None:
    production.STRIPE_SECRET_KEY, production.PAYMENTS_SANDBOX = "sk_live_1", True

    with pytest.raises(ImproperlyConfigured, match="choose one"):
        gateways.by_name(name)


@pytest.mark.parametrize("key", ["pk_live_1", "pk_test_1", "whsec_1", "secret"])
def test_a_key_of_another_sort_is_refused(production: Any, key: str) -> None:
    production.STRIPE_SECRET_KEY = key

    with pytest.raises(ImproperlyConfigured, match="no secret key"):
        gateways.current()


def test_without_a_sandbox_and_without_keys_there_is_none(production: Any) -> None:
    production.STRIPE_SECRET_KEY = ""

    with pytest.raises(LookupError):
        gateways.current()


def test_the_library_is_set_up_to_answer_within_a_minute() -> None:
    options = connection.connect("sk_test_timing")._requestor

    assert options._options.stripe_version == published().version == stripe.api_version
    assert options._options.max_network_retries == 2
    assert options._client._timeout == (5, 10)
    assert stripe.enable_telemetry is False
