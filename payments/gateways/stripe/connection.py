"""The library, set up so that an answer comes within a minute and a version never drifts."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from functools import cache
from typing import Any

import requests
import stripe
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from payments.gateways import patience

API_VERSION = "2026-08-26.dahlia"  # both webhook endpoints have to be set to the same
TIMEOUT = (5, 10)  # seconds to connect, and to be answered; the library's own is 80
RETRIES = 2  # with the same key, so that a deed stays one deed
CONNECTS_IN = 1  # second, while somebody waits
LIVE_KEYS = ("sk_live_", "rk_live_")
TEST_KEYS = ("sk_test_", "rk_test_")

# It would write an identity to disk, and send how long the last call took along with the next.
stripe.enable_telemetry = False


def is_live(key: str) -> bool:
    return key.startswith(LIVE_KEYS)


def secret_key() -> str:
    """Return the key that the settings hold, if it may be used here.

    :raises ImproperlyConfigured: it is no secret key, or a live one outside production.
    """
    key: str = settings.STRIPE_SECRET_KEY
    if not key.startswith((*LIVE_KEYS, *TEST_KEYS)):
        raise ImproperlyConfigured("STRIPE_SECRET_KEY is no secret key: it starts with sk_ or rk_.")
    if is_live(key) and (settings.DEMO or settings.DEBUG):
        raise ImproperlyConfigured("Live payment keys are for production alone.")
    return key


@cache
def connect(key: str, http_client: stripe.HTTPClient | None = None) -> Any:
    """Return the services of the API, one set a process: they keep their connections."""
    client = stripe.StripeClient(
        key,
        stripe_version=API_VERSION,
        max_network_retries=RETRIES,
        http_client=http_client or stripe.RequestsClient(timeout=TIMEOUT),
    )
    return client.v1


@cache
def connect_for_a_page(key: str) -> Any:
    """The same for who waits for a page: tried once, and given up in time."""
    client = stripe.StripeClient(
        key, stripe_version=API_VERSION, max_network_retries=0, http_client=Hurried()
    )
    return client.v1


class Hurried(stripe.HTTPClient):
    """Waits no longer than somebody does, however many calls their page takes."""

    name = "requests"

    def __init__(self) -> None:
        super().__init__()
        self._kept = threading.local()

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: list[str] | None = None,
    ) -> tuple[Any, int, Mapping[str, str]]:
        left = patience.left()
        assert left is not None, "Nobody waits."
        if left <= 0:
            raise stripe.APIConnectionError("They waited long enough.")  # type: ignore[no-untyped-call] # the library's
        to_connect = min(CONNECTS_IN, left / 2)
        client = stripe.RequestsClient(
            timeout=(to_connect, left - to_connect), session=self._session()
        )
        return client.request(method, url, headers, post_data)

    def _session(self) -> Any:
        """Connections are kept from page to page, by each thread its own."""
        if not hasattr(self._kept, "session"):
            self._kept.session = requests.Session()
        return self._kept.session


def once(key: str, *, account: str | None = None) -> dict[str, str]:
    """The options of a call that does something: never without our key, which is never random."""
    return {"idempotency_key": key, **at(account)}


def at(account: str | None) -> dict[str, str]:
    """The options of a call about what a connected account owns."""
    return {"stripe_account": account} if account else {}
