"""Every method of the protocol once: how it is asked, what is sent, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, cast

from payments.gateways.base import (
    BalanceLine,
    BalanceState,
    BankDetails,
    BankDetailsRequest,
    CashRequest,
    CheckoutLine,
    CheckoutRequest,
    DisputeState,
    Evidence,
    HostedPage,
    Kind,
    OffSessionCharge,
    Paper,
    PayeeRequest,
    PayerRef,
    PaymentState,
    PayoutRequest,
    PayoutState,
    RefundRequest,
    RefundState,
    SetupRequest,
    SetupState,
    Status,
    TransferRequest,
    TransferState,
)
from payments.gateways.stripe.gateway import StripeGateway
from tests.contract.examples import MADE_AT, listed
from tests.payments.stripe.objects import (
    booked,
    dispute,
    event,
    instructions,
    intent,
    marks,
    paid_by_transfer,
    payout,
    refund,
    session,
    transfer,
    waiting_setup,
)
from tests.payments.stripe.provider import Answers, Body, made

NOON = datetime.fromtimestamp(MADE_AT, UTC)
ALICE = PayerRef("ORG1", "Okapi GmbH", "alice@example.org")
PAGES = {"success_url": "https://e.org/p/C1/?paid=1", "cancel_url": "https://e.org/p/"}
CHECKOUT = CheckoutRequest(
    reference="C1",
    payer=ALICE,
    currency="EUR",
    lines=(CheckoutLine("Logo", 100_000), CheckoutLine("Fee", 5_950)),
    metadata={"charge": "C1"},
    statement="P-C1",
    success_url=PAGES["success_url"],
    cancel_url=PAGES["cancel_url"],
)
SETUP = SetupRequest(reference="M1", payer=ALICE, currency="EUR", **PAGES)
SAVED = OffSessionCharge("C2", "cus_1", "pm_1", 105_950, "EUR", statement="P-C2")
CASH = CashRequest("C3", "cus_1", 105_950, "EUR")
REFUND = RefundRequest("R1", "pi_1", 5_000, "EUR")
PAYEE = PayeeRequest("PE1", "AT", "EUR", "bob@example.org", is_company=False)
TRANSFER = TransferRequest("P1", "acct_1", 88_100, "EUR")
PAYOUT = PayoutRequest("P1", "acct_1", "ba_1", 88_100, "EUR")
PAPER = Paper("pack.pdf", "application/pdf", "0" * 64, b"%PDF-1.7 \xff\r\n")
EVIDENCE = Evidence({"product_description": "A logo."}, {"service_documentation": "file_1"})


@dataclass(frozen=True)
class Case:
    """*sends* is the last request's name, then its parameters and the account it acts as."""

    ask: Callable[[StripeGateway], Any]
    answers: Answers
    result: Any
    sends: str
    params: Body = field(default_factory=dict)
    account: str = ""
    is_deed: bool = True


LINE = BalanceLine("txn_1", "ch_1", "charge", 105_950, 3_103, "EUR", NOON)
PAID = PaymentState(
    "pi_1", "C1", Status.SUCCEEDED, 105_950, "EUR", "Visa •••• 4242", line=LINE, kind="card"
)
DISPUTED = DisputeState("dp_1", "pi_1", "needs_response", 105_950, "EUR", NOON, "fraudulent")


@cache
def cases() -> dict[str, Case]:
    """The name of each method, or the name and what is special: “payout, instant”."""
    alice = listed(made("customer", id="cus_1", metadata={"reference": "ORG1"}))
    nobody = listed()
    page = HostedPage("https://checkout.stripe.com/c/cs_1", "cs_1", NOON)
    new_alice = {
        "name": "Okapi GmbH",
        "email": "alice@example.org",
        "metadata": marks("ORG1"),
    }
    common = {"ui_mode": "hosted_page", "customer": "cus_1", **PAGES}
    deeds = {
        "ensure_customer": Case(
            lambda g: g.ensure_customer(ALICE, key="k:1"),
            {"GetCustomers": nobody, "PostCustomers": made("customer", id="cus_9")},
            "cus_9",
            "PostCustomers",
            new_alice,
        ),
        "start_checkout": Case(
            lambda g: g.start_checkout(CHECKOUT, key="k:1"),
            {"GetCustomers": alice, "PostCheckoutSessions": session()},
            page,
            "PostCheckoutSessions",
            {
                **common,
                "mode": "payment",
                "client_reference_id": "C1",
                "metadata": marks("C1", charge="C1"),
                "line_items": [
                    {
                        "quantity": 1,
                        "price_data": {
                            "currency": "eur",
                            "unit_amount": amount,
                            "product_data": {"name": name},
                        },
                    }
                    for name, amount in (("Logo", 100_000), ("Fee", 5_950))
                ],
                "payment_intent_data": {
                    "capture_method": "automatic",
                    "transfer_group": "C1",
                    "metadata": marks("C1", charge="C1"),
                    "statement_descriptor_suffix": "P-C1",
                },
            },
        ),
        "start_method_setup": Case(
            lambda g: g.start_method_setup(SETUP, key="k:1"),
            {"GetCustomers": alice, "PostCheckoutSessions": session(mode="setup")},
            page,
            "PostCheckoutSessions",
            {
                **common,
                "mode": "setup",
                "currency": "eur",
                "client_reference_id": "M1",
                "metadata": marks("M1"),
                "setup_intent_data": {"metadata": marks("M1")},
            },
        ),
        "expire_checkout": Case(
            lambda g: g.expire_checkout("cs_1", key="k:1"),
            {"PostCheckoutSessionsSessionExpire": session(status="expired")},
            None,
            "PostCheckoutSessionsSessionExpire",
        ),
        "charge_saved": Case(
            lambda g: g.charge_saved(SAVED, key="k:1"),
            {"PostPaymentIntents": intent()},
            PAID,
            "PostPaymentIntents",
            {
                "amount": 105_950,
                "currency": "eur",
                "customer": "cus_1",
                "payment_method": "pm_1",
                "confirm": True,
                "off_session": True,
                "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
                "transfer_group": "C2",
                "metadata": marks("C2"),
                "expand": ["latest_charge.balance_transaction"],
                "statement_descriptor_suffix": "P-C2",
            },
        ),
        "detach_method": Case(
            lambda g: g.detach_method("pm_1", key="k:1"),
            {"PostPaymentMethodsPaymentMethodDetach": made("payment_method")},
            None,
            "PostPaymentMethodsPaymentMethodDetach",
        ),
        "bank_details": _bank_details("EUR", "AT", {"country": "DE"}),
        "bank_details, where IBANs are given out": _bank_details("EUR", "FR", {"country": "FR"}),
        "draw_cash": Case(
            lambda g: g.draw_cash(CASH, key="k:1"),
            {"PostPaymentIntents": intent(latest_charge=paid_by_transfer())},
            replace(PAID, method="Bank transfer", kind="customer_balance"),
            "PostPaymentIntents",
            {
                "amount": 105_950,
                "currency": "eur",
                "customer": "cus_1",
                "payment_method_types": ["customer_balance"],
                "payment_method_data": {"type": "customer_balance"},
                "confirm": True,
                "transfer_group": "C3",
                "metadata": marks("C3"),
                "expand": ["latest_charge.balance_transaction"],
            },
        ),
        "refund, of a bank transfer": Case(
            lambda g: g.refund(replace(REFUND, email="alice@example.org"), key="k:1"),
            {"PostRefunds": refund()},
            RefundState("re_1", "R1", "pi_1", Status.PROCESSING, 5_000, "EUR"),
            "PostRefunds",
            {
                "payment_intent": "pi_1",
                "amount": 5_000,
                "reason": "requested_by_customer",
                "metadata": marks("R1"),
                "expand": ["balance_transaction", "failure_balance_transaction"],
                "instructions_email": "alice@example.org",
            },
        ),
        "refund": Case(
            lambda g: g.refund(REFUND, key="k:1"),
            {"PostRefunds": refund()},
            RefundState("re_1", "R1", "pi_1", Status.PROCESSING, 5_000, "EUR"),
            "PostRefunds",
            {
                "payment_intent": "pi_1",
                "amount": 5_000,
                "reason": "requested_by_customer",
                "metadata": marks("R1"),
                "expand": ["balance_transaction", "failure_balance_transaction"],
            },
        ),
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
        "keep_paper": Case(
            lambda g: g.keep_paper(PAPER, key="k:1"),
            {"PostFiles": made("file", id="file_9", purpose="dispute_evidence")},
            "file_9",
            "PostFiles",
            {"purpose": "dispute_evidence", "file": "pack.pdf"},
        ),
        "submit_evidence": _evidence(submit=True),
        "submit_evidence, as a draft": _evidence(submit=False),
        "accept_dispute": Case(
            lambda g: g.accept_dispute("dp_1", key="k:1"),
            {"PostDisputesDisputeClose": dispute(status="lost")},
            DisputeState("dp_1", "pi_1", "lost", 105_950, "EUR", NOON, "fraudulent"),
            "PostDisputesDisputeClose",
        ),
    }
    return deeds | _questions()


def _bank_details(currency: str, country: str, asked: Body) -> Case:
    customers = listed(made("customer", id="cus_1", metadata={"reference": "ORG1"}))
    return Case(
        lambda g: g.bank_details(BankDetailsRequest(ALICE, currency, country), key="k:1"),
        {"GetCustomers": customers, "PostCustomersCustomerFundingInstructions": instructions()},
        BankDetails("cus_1", "EUR", "Okapi GmbH", "", "DE89370400440532013000", "SXPYDEHHXXX"),
        "PostCustomersCustomerFundingInstructions",
        {
            "funding_type": "bank_transfer",
            "currency": "eur",
            "bank_transfer": {"type": "eu_bank_transfer", "eu_bank_transfer": asked},
        },
    )


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


def _evidence(*, submit: bool) -> Case:
    return Case(
        lambda g: g.submit_evidence("dp_1", EVIDENCE, submit=submit, key="k:1"),
        {"PostDisputesDispute": dispute()},
        DISPUTED,
        "PostDisputesDispute",
        {
            "evidence": {"product_description": "A logo.", "service_documentation": "file_1"},
            "submit": submit,
            "metadata": {"command": "k:1"},
        },
    )


def _questions() -> dict[str, Case]:
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
