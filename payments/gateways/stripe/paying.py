"""What concerns the payer. Parameters depend on nothing but the request and its key."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from payments.gateways.base import (
    CheckoutRequest,
    HostedPage,
    NeedsAction,
    OffSessionCharge,
    PayerRef,
    PaymentState,
    RefundRequest,
    RefundState,
    SetupRequest,
    Status,
)
from payments.gateways.stripe import parts, shown
from payments.gateways.stripe.connection import once
from payments.gateways.sums import SCALE, theirs

MOST = 100  # in one page of a list


def customer(api: Any, payer: PayerRef, *, key: str) -> str:
    """Return the customer that stands for *payer*, the oldest if there are several."""
    known = api.customers.list(params={"email": payer.email, "limit": MOST})
    found = [
        (each.created, each.id)
        for each in known.auto_paging_iter()
        if parts.noted(each, "reference") == payer.reference
    ]
    if found:
        return min(found)[1]
    params = {
        "name": payer.name,
        "email": payer.email,
        "metadata": marks(payer.reference, key),
    }
    return api.customers.create(params=params, options=once(key)).id


def checkout(api: Any, r: CheckoutRequest, *, key: str) -> HostedPage:
    """Which ways to pay are offered is set at the provider, by country and currency.

    The page lives for 24 hours, which is its default, unless the request says until when: a
    moment of ours would change with every try, and the same key has to ask the same.
    """
    theirs(r.amount, r.currency)
    metadata = marks(r.reference, key, r.metadata)
    params = {
        **_page(api, r, metadata),
        "mode": "payment",
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": r.currency.lower(),
                    "unit_amount": line.amount * SCALE.get(r.currency, 1),
                    "product_data": {"name": line.title},
                },
            }
            for line in r.lines
        ],
        "payment_intent_data": {
            "capture_method": "automatic",  # so that its cost is known when it succeeds
            "transfer_group": r.reference,
            "metadata": metadata,
            **_statement(r),
        },
    }
    if r.closes_at:  # A bank transfer would come when it likes, at a price that was for today.
        params["expires_at"] = int(r.closes_at.timestamp())
        params["excluded_payment_method_types"] = ["customer_balance"]
    return shown.page(api.checkout.sessions.create(params=params, options=once(key)))


def method_setup(api: Any, r: SetupRequest, *, key: str) -> HostedPage:
    metadata = marks(r.reference, key)
    params = {
        **_page(api, r, metadata),
        "mode": "setup",
        "currency": r.currency.lower(),
        "setup_intent_data": {"metadata": metadata},
    }
    return shown.page(api.checkout.sessions.create(params=params, options=once(key)))


def charge(api: Any, r: OffSessionCharge, *, key: str) -> PaymentState:
    """:raises NeedsAction: the bank wants to see the payer; send them to a payment page."""
    params = {
        **theirs(r.amount, r.currency),
        "customer": r.customer,
        "payment_method": r.method_id,
        "confirm": True,
        "off_session": True,
        "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
        "transfer_group": r.reference,
        "metadata": marks(r.reference, key, r.metadata),
        "expand": shown.PAYMENT_PARTS,
        **_statement(r),
    }
    state = shown.payment(api.payment_intents.create(params=params, options=once(key)))
    if state.status == Status.ACTION_NEEDED:
        raise NeedsAction(state.payment_id)
    return state


def refund(api: Any, r: RefundRequest, *, key: str) -> RefundState:
    """The currency is the payment's own."""
    params = {
        "payment_intent": r.payment_id,
        "amount": theirs(r.amount, r.currency, way="refund")["amount"],
        "reason": "requested_by_customer",
        "metadata": marks(r.reference, key, r.metadata),
        "expand": shown.REFUND_PARTS,
        **({"instructions_email": r.email} if r.email else {}),
    }
    return shown.refund(api.refunds.create(params=params, options=once(key)))


def marks(reference: str, key: str, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """What we write on everything of ours: what it is about, and which command asked for it."""
    return {**(more or {}), "reference": reference, "command": key}


def _statement(r: CheckoutRequest | OffSessionCharge) -> dict[str, str]:
    """Cards take nothing but a suffix to the name that is set at the provider."""
    return {"statement_descriptor_suffix": r.statement} if r.statement else {}


def _page(
    api: Any, r: CheckoutRequest | SetupRequest, metadata: dict[str, str]
) -> dict[str, object]:
    """What both kinds of page have in common.

    The customer's key is made of who they are: two pages at once make one customer.
    """
    who = sha256(f"{r.payer.name}\n{r.payer.email}".encode()).hexdigest()[:16]
    return {
        "ui_mode": "hosted_page",
        "client_reference_id": r.reference,
        "customer": customer(api, r.payer, key=f"customer:{r.payer.reference}:{who}"),
        "success_url": r.success_url,
        "cancel_url": r.cancel_url,
        "metadata": metadata,
    }
