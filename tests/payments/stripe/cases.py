"""Every method of the protocol once: how it is asked, what is sent, and what comes of it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from payments.gateways.base import (
    BankDetails,
    BankDetailsRequest,
    DisputeState,
    HostedPage,
    RefundState,
    Status,
)
from tests.contract.examples import listed
from tests.payments.stripe.cases_of_payees import deeds_of_payees
from tests.payments.stripe.cases_of_questions import questions
from tests.payments.stripe.objects import (
    dispute,
    instructions,
    intent,
    marks,
    paid_by_transfer,
    refund,
    session,
)
from tests.payments.stripe.provider import Body, made
from tests.payments.stripe.requested import (
    ALICE,
    CASH,
    CHECKOUT,
    DISPUTED,
    EVIDENCE,
    NOON,
    PAGES,
    PAID,
    PAPER,
    REFUND,
    SAVED,
    SETUP,
    Case,
)

# What is made elsewhere, and asked for here, too.
__all__ = ["DISPUTED", "NOON", "PAID", "cases"]


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
        "cancel_payment": Case(
            lambda g: g.cancel_payment("pi_1", key="k:1"),
            {"PostPaymentIntentsIntentCancel": intent(status="canceled", latest_charge=None)},
            replace(PAID, status=Status.CANCELLED, method="", line=None, kind=""),
            "PostPaymentIntentsIntentCancel",
            {"cancellation_reason": "abandoned", "expand": ["latest_charge.balance_transaction"]},
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
    return deeds | deeds_of_payees() | questions()


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
