"""The judge itself: it lets right calls pass, and wrong ones not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import stripe

from payments.gateways.sandbox.shapes import API_VERSION
from tests.contract.bodies import decoded
from tests.contract.client import ContractClient
from tests.contract.spec import ContractError, published

Ask = Callable[[Any], object]
KEY = {"idempotency_key": "start_checkout:7K2M:1"}


@pytest.fixture
def asked() -> Any:
    """The official library, speaking to the judge."""
    client = ContractClient(published(), lambda _name, _params: (200, {}), judge_answers=False)
    return stripe.StripeClient("sk_test_contract", http_client=client, max_network_retries=0).v1


def test_the_pinned_version_is_the_published_one() -> None:
    assert published().version == API_VERSION == stripe.api_version


RIGHT: dict[str, Ask] = {
    "a payment page": lambda api: api.checkout.sessions.create(
        params={
            "mode": "payment",
            "ui_mode": "hosted_page",
            "client_reference_id": "7K2M",
            "success_url": "https://example.org/payments/7K2M/?paid=1",
            "line_items": [
                {
                    "price_data": {
                        "currency": "eur",
                        "unit_amount": 105_950,
                        "product_data": {"name": "Logo, final files"},
                    },
                    "quantity": 1,
                }
            ],
            "payment_intent_data": {"transfer_group": "7K2M", "metadata": {"charge": "7K2M"}},
        },
        options=KEY,
    ),
    "a refund": lambda api: api.refunds.create(
        params={"payment_intent": "pi_1", "amount": 5, "metadata": {"refund": "7K2M"}}, options=KEY
    ),
    "a transfer": lambda api: api.transfers.create(
        params={"amount": 10, "currency": "eur", "destination": "acct_1", "transfer_group": "P1"},
        options=KEY,
    ),
    "a payout": lambda api: api.payouts.create(
        params={"amount": 10, "currency": "eur", "method": "standard"},
        options={**KEY, "stripe_account": "acct_1"},
    ),
    "a payee": lambda api: api.accounts.create(
        params={
            "country": "DE",
            "email": "bob@example.org",
            "controller": {
                "fees": {"payer": "application"},
                "losses": {"payments": "application"},
                "requirement_collection": "stripe",
                "stripe_dashboard": {"type": "express"},
            },
            "capabilities": {"transfers": {"requested": True}},
            "settings": {"payouts": {"schedule": {"interval": "manual"}}},
        },
        options=KEY,
    ),
    "a list": lambda api: api.transfers.list(params={"transfer_group": "P1", "limit": 3}),
}
WRONG: dict[str, Ask] = {
    "a misspelt parameter deep inside": lambda api: api.checkout.sessions.create(
        params={"mode": "payment", "payment_intent_data": {"transfer_grup": "7K2M"}}, options=KEY
    ),
    "a fraction of a cent": lambda api: api.refunds.create(
        params={"payment_intent": "pi_1", "amount": 10.5}, options=KEY
    ),
    "a word that is not in the list": lambda api: api.payouts.create(
        params={"amount": 10, "currency": "eur", "method": "soon"}, options=KEY
    ),
    "a transfer to nobody": lambda api: api.transfers.create(
        params={"amount": 10, "currency": "eur"}, options=KEY
    ),
    "a misspelt filter": lambda api: api.transfers.list(params={"transfer_grp": "P1"}),
    "a made-up event": lambda api: api.webhook_endpoints.create(
        params={"url": "https://example.org/h", "enabled_events": ["charge.suceeded"]}, options=KEY
    ),
}


@pytest.mark.parametrize("what", RIGHT)
def test_it_lets_pass(asked: Any, what: str) -> None:
    RIGHT[what](asked)


@pytest.mark.parametrize("what", WRONG)
def test_it_refuses(asked: Any, what: str) -> None:
    with pytest.raises(ContractError):
        WRONG[what](asked)


def test_it_refuses_another_version() -> None:
    client = ContractClient(published(), lambda _name, _params: (200, {}), judge_answers=False)

    with pytest.raises(ContractError, match="not the pinned one"):
        client.request("get", "https://api.stripe.com/v1/balance", {"Stripe-Version": "2020-08-27"})


def test_bracketed_bodies_are_read_as_they_are_meant() -> None:
    assert decoded("lines[0][price]=5&lines[1][price]=7&types[]=card&note=") == {
        "lines": [{"price": "5"}, {"price": "7"}],
        "types": ["card"],
        "note": "",
    }
