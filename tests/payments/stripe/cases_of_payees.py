"""Deeds about payees: accounts, their pages, transfers and payouts."""

from __future__ import annotations

from datetime import date, timedelta

from payments.gateways.base import (
    HostedPage,
    PayoutRequest,
    PayoutState,
    Status,
    TransferState,
)
from tests.payments.stripe.objects import (
    marks,
    payout,
    transfer,
)
from tests.payments.stripe.provider import made
from tests.payments.stripe.requested import (
    NOON,
    PAYEE,
    PAYOUT,
    TRANSFER,
    Case,
)


def deeds_of_payees() -> dict[str, Case]:
    return {
        "create_payee": Case(
            lambda g: g.create_payee(PAYEE, key="k:1"),
            {"PostAccounts": made("account", id="acct_1")},
            "acct_1",
            "PostAccounts",
            {
                "country": "AT",
                "default_currency": "eur",
                "email": "bob@example.org",
                "business_type": "individual",
                "controller": {
                    "fees": {"payer": "application"},
                    "losses": {"payments": "application"},
                    "requirement_collection": "stripe",
                    "stripe_dashboard": {"type": "express"},
                },
                "capabilities": {"transfers": {"requested": True}},
                "settings": {"payouts": {"schedule": {"interval": "manual"}}},
                "metadata": marks("PE1"),
            },
        ),
        "onboarding_page": Case(
            lambda g: g.onboarding_page(
                "acct_1", "https://e.org/back/", "https://e.org/again/", key="k:1"
            ),
            {"PostAccountLinks": made("account_link", url="https://connect.stripe.com/s/1")},
            HostedPage("https://connect.stripe.com/s/1", "acct_1", NOON),
            "PostAccountLinks",
            {
                "account": "acct_1",
                "type": "account_onboarding",
                "return_url": "https://e.org/back/",
                "refresh_url": "https://e.org/again/",
                "collection_options": {"fields": "eventually_due"},
            },
        ),
        "dashboard_page": Case(
            lambda g: g.dashboard_page("acct_1", key="k:1"),
            {
                "PostAccountsAccountLoginLinks": made(
                    "login_link", url="https://connect.stripe.com/express/1"
                )
            },
            HostedPage(
                "https://connect.stripe.com/express/1", "acct_1", NOON + timedelta(minutes=5)
            ),
            "PostAccountsAccountLoginLinks",
        ),
        "transfer": Case(
            lambda g: g.transfer(TRANSFER, key="k:1"),
            {"PostTransfers": transfer()},
            TransferState("tr_1", "P1", "acct_1", 88_100, "EUR"),
            "PostTransfers",
            {
                "amount": 88_100,
                "currency": "eur",
                "destination": "acct_1",
                "transfer_group": "P1",
                "metadata": marks("P1"),
            },
        ),
        "payout": _payout(PAYOUT, "standard"),
        "payout, instant": _payout(
            PayoutRequest("P1", "acct_1", "ba_1", 88_100, "EUR", instant=True), "instant"
        ),
    }


def _payout(request: PayoutRequest, method: str) -> Case:
    return Case(
        lambda g: g.payout(request, key="k:1"),
        {"PostPayouts": payout(method=method)},
        PayoutState("po_1", "P1", "acct_1", Status.PROCESSING, 88_100, "EUR", date(2026, 3, 2)),
        "PostPayouts",
        {
            "amount": 88_100,
            "currency": "eur",
            "destination": "ba_1",
            "method": method,
            "metadata": marks("P1"),
        },
        account="acct_1",
    )
