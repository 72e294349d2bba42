"""What concerns the payee: their account, what is moved there, and what leaves it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from payments.gateways.base import (
    HostedPage,
    PayeeRequest,
    PayoutRequest,
    PayoutState,
    TransferRequest,
    TransferState,
)
from payments.gateways.stripe import parts, shown
from payments.gateways.stripe.connection import once
from payments.gateways.stripe.paying import marks
from payments.gateways.sums import theirs

LOGIN_LIVES = timedelta(minutes=5)  # theirs says when it was made, not how long it is good


def account(api: Any, r: PayeeRequest, *, key: str) -> str:
    """Return a new account that receives transfers, and pays out when we say so.

    We bear its fees and losses; the provider collects what the law wants to know.
    """
    params = {
        "country": r.country,
        "default_currency": r.currency.lower(),
        "email": r.email,
        "business_type": "company" if r.is_company else "individual",
        "controller": {
            "fees": {"payer": "application"},
            "losses": {"payments": "application"},
            "requirement_collection": "stripe",
            "stripe_dashboard": {"type": "express"},
        },
        "capabilities": {"transfers": {"requested": True}},
        "settings": {"payouts": {"schedule": {"interval": "manual"}}},
        "metadata": marks(r.reference, key),
    }
    return api.accounts.create(params=params, options=once(key)).id


def onboarding(
    api: Any, account_id: str, return_url: str, refresh_url: str, *, key: str
) -> HostedPage:
    """The link has no id of its own; it is good once, for some minutes."""
    params = {
        "account": account_id,
        "type": "account_onboarding",
        "return_url": return_url,
        "refresh_url": refresh_url,
        "collection_options": {"fields": "eventually_due"},
    }
    link = api.account_links.create(params=params, options=once(key))
    return HostedPage(link.url, account_id, parts.moment(link.expires_at))


def dashboard(api: Any, account_id: str, *, key: str) -> HostedPage:
    link = api.accounts.login_links.create(account_id, options=once(key))
    return HostedPage(link.url, account_id, parts.moment(link.created) + LOGIN_LIVES)


def transfer(api: Any, r: TransferRequest, *, key: str) -> TransferState:
    """Without a source: one transfer carries parts of many payments, all of them settled."""
    params = {
        **theirs(r.amount, r.currency, way="transfer"),
        "destination": r.account,
        "transfer_group": r.reference,
        "metadata": marks(r.reference, key, r.metadata),
    }
    return shown.transfer(api.transfers.create(params=params, options=once(key)))


def payout(api: Any, r: PayoutRequest, *, key: str) -> PayoutState:
    """The payee's account owns it: asked for, and later fetched, as that account."""
    params = {
        **theirs(r.amount, r.currency, way="payout"),
        "destination": r.destination,
        "method": "instant" if r.instant else "standard",
        "metadata": marks(r.reference, key, r.metadata),
    }
    made = api.payouts.create(params=params, options=once(key, account=r.account))
    return shown.payout(made, r.account)
