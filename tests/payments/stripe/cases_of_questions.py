"""Questions, which change nothing: balances, objects, and lists."""

from __future__ import annotations

from typing import cast

from payments.gateways.base import (
    BalanceLine,
    BalanceState,
    Kind,
    PaymentState,
    SetupState,
)
from tests.contract.examples import MADE_AT, listed
from tests.payments.stripe.objects import (
    booked,
    event,
    intent,
    waiting_setup,
)
from tests.payments.stripe.provider import made
from tests.payments.stripe.requested import (
    LINE,
    NOON,
    PAID,
    Case,
)


def questions() -> dict[str, Case]:
    funds = {"currency": "eur", "source_types": {}}
    balance = made(
        "balance",
        available=[{**funds, "amount": 700}, {**funds, "amount": 50}],
        pending=[{**funds, "amount": 300}, {**funds, "amount": 20, "currency": "jpy"}],
    )
    shown = BalanceState({"EUR": 750}, {"EUR": 300, "JPY": 20})
    since = {"created": {"gte": MADE_AT}, "limit": 100}
    lines = {"GetBalanceTransactions": listed(booked(), booked(id="txn_0", fee=0))}
    shown_lines = [
        LINE,
        BalanceLine("txn_0", "ch_1", "charge", 105_950, 0, "EUR", NOON),
    ]
    return {
        "balance": Case(
            lambda g: g.balance(),
            {"GetBalance": balance},
            shown,
            "GetBalance",
            is_deed=False,
        ),
        "balance, of a payee": Case(
            lambda g: g.balance("acct_1"),
            {"GetBalance": balance},
            shown,
            "GetBalance",
            account="acct_1",
            is_deed=False,
        ),
        "fetch": Case(
            lambda g: g.fetch(Kind.PAYMENT, "pi_1"),
            {"GetPaymentIntentsIntent": intent()},
            PAID,
            "GetPaymentIntentsIntent",
            {"expand": ["latest_charge.balance_transaction"]},
            is_deed=False,
        ),
        "fetch, a way to pay that is saved": Case(
            lambda g: g.fetch(Kind.SETUP, "seti_1"),
            {"GetSetupIntentsIntent": waiting_setup()},
            SetupState("seti_1", "M1"),
            "GetSetupIntentsIntent",
            {"expand": ["payment_method"]},
            is_deed=False,
        ),
        "fetch, a charge of a payee": Case(
            lambda g: cast(PaymentState, g.fetch(Kind.PAYMENT, "pi_1", "acct_1")).payment_id,
            {"GetPaymentIntentsIntent": intent()},
            "pi_1",
            "GetPaymentIntentsIntent",
            {"expand": ["latest_charge.balance_transaction"]},
            account="acct_1",
            is_deed=False,
        ),
        "list_events": Case(
            lambda g: [each.event_id for each in g.list_events(NOON)],
            {"GetEvents": listed(event(), event(id="evt_0"))},
            ["evt_0", "evt_1"],
            "GetEvents",
            {"created": {"gte": int(NOON.timestamp())}, "limit": 100},
            is_deed=False,
        ),
        "list_balance_transactions": Case(
            lambda g: list(g.list_balance_transactions(NOON)),
            lines,
            shown_lines,
            "GetBalanceTransactions",
            since,
            is_deed=False,
        ),
        "list_balance_transactions, of a payee": Case(
            lambda g: list(g.list_balance_transactions(NOON, "acct_1")),
            lines,
            shown_lines,
            "GetBalanceTransactions",
            {**since, "expand": ["data.source"]},
            account="acct_1",
            is_deed=False,
        ),
    }
