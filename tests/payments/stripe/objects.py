"""Objects at the provider: as small as the document allows, with what our tests look at."""

from __future__ import annotations

from typing import Any

from payments.gateways.base import Kind
from tests.contract.examples import MADE_AT
from tests.payments.stripe.provider import Answers, Body, asked, made


def marks(reference: str, **more: str) -> dict[str, str]:
    return {**more, "reference": reference, "command": "k:1"}


def booked(**facts: Any) -> Body:
    return made(
        "balance_transaction",
        **{
            "id": "txn_1",
            "source": "ch_1",
            "amount": 105_950,
            "fee": 3_103,
            "net": 102_847,
            "reporting_category": "charge",
            "type": "charge",
            "status": "available",
            **facts,
        },
    )


def paid_by_card(**facts: Any) -> Body:
    card = {"type": "card", "card": made("payment_method_details_card", brand="visa", last4="4242")}
    return made(
        "charge",
        **{"id": "ch_1", "balance_transaction": booked(), "payment_method_details": card, **facts},
    )


def paid_by_transfer(**facts: Any) -> Body:
    how = {"type": "customer_balance", "customer_balance": {}}
    return paid_by_card(payment_method_details=how, **facts)


def instructions() -> Body:
    nowhere = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
    iban = made(
        "funding_instructions_bank_transfer_iban_record",
        account_holder_name="Okapi GmbH",
        account_holder_address=nowhere,
        bank_address=nowhere,
        iban="DE89370400440532013000",
        bic="SXPYDEHHXXX",
    )
    address = {"type": "iban", "iban": iban, "supported_networks": ["sepa"]}
    account = {"country": "DE", "financial_addresses": [address], "type": "eu_bank_transfer"}
    return made("funding_instructions", bank_transfer=account)


def cash(**facts: Any) -> Body:
    sent = {
        "type": "eu_bank_transfer",
        "eu_bank_transfer": {"bic": None, "iban_last4": "3000", "sender_name": "Okapi GmbH"},
        "reference": "INV 1",
    }
    return made(
        "customer_cash_balance_transaction",
        **{
            "id": "ccsbtxn_1",
            "customer": made("customer", id="cus_1", metadata={"reference": "ORG1"}),
            "type": "funded",
            "net_amount": 10_000,
            "funded": {"bank_transfer": sent},
            **facts,
        },
    )


def cash_balance() -> Body:
    settings = {"reconciliation_mode": "automatic", "using_merchant_default": True}
    return made("cash_balance", available={"eur": 4_050}, settings=settings)


def intent(**facts: Any) -> Body:
    return made(
        "payment_intent",
        **{
            "id": "pi_1",
            "status": "succeeded",
            "amount": 105_950,
            "amount_received": 105_950,
            "currency": "eur",
            "metadata": marks("C1"),
            "latest_charge": paid_by_card(),
            **facts,
        },
    )


def session(**facts: Any) -> Body:
    return made(
        "checkout.session",
        **{
            "id": "cs_1",
            "url": "https://checkout.stripe.com/c/cs_1",
            "status": "open",
            "client_reference_id": "C1",
            "metadata": marks("C1"),
            **facts,
        },
    )


def waiting_setup(**facts: Any) -> Body:
    """A bank account was named, and waits for two small deposits to be."""
    return made(
        "setup_intent",
        **{
            "id": "seti_1",
            "status": "requires_action",
            "customer": "cus_1",
            "metadata": marks("M1"),
            "payment_method": saved(id="pm_1"),
            **facts,
        },
    )


def saved(**facts: Any) -> Body:
    card = made(
        "payment_method_card",
        brand="visa",
        display_brand="visa",
        last4="4242",
        exp_year=2028,
        exp_month=2,
    )
    found = {"id": "pm_1", "type": "card", "card": card, "customer": "cus_1"}
    return made("payment_method", **{**found, **facts})


def refund(**facts: Any) -> Body:
    return made(
        "refund",
        **{
            "id": "re_1",
            "payment_intent": "pi_1",
            "amount": 5_000,
            "status": "pending",
            "metadata": marks("R1"),
            **facts,
        },
    )


def transfer(**facts: Any) -> Body:
    return made(
        "transfer",
        **{
            "id": "tr_1",
            "destination": "acct_1",
            "amount": 88_100,
            "metadata": marks("P1"),
            "transfer_group": "P1",
            **facts,
        },
    )


def payout(**facts: Any) -> Body:
    return made(
        "payout",
        **{
            "id": "po_1",
            "amount": 88_100,
            "status": "pending",
            "method": "standard",
            "metadata": marks("P1"),
            **facts,
        },
    )


def dispute(**facts: Any) -> Body:
    details = {"due_by": MADE_AT, "has_evidence": False, "past_due": False, "submission_count": 0}
    return made(
        "dispute",
        **{
            "id": "dp_1",
            "payment_intent": "pi_1",
            "amount": 105_950,
            "status": "needs_response",
            "reason": "fraudulent",
            "balance_transactions": [],
            "evidence_details": {**details, "enhanced_eligibility": {}},
            **facts,
        },
    )


def event(**facts: Any) -> Body:
    return made(
        "event",
        **{
            "id": "evt_1",
            "type": "payment_intent.succeeded",
            "api_version": "2026-08-26.dahlia",
            "data": {"object": intent()},
            **facts,
        },
    )


def warning(**facts: Any) -> Body:
    return made(
        "radar.early_fraud_warning",
        **{
            "id": "issfr_1",
            "actionable": True,
            "charge": "ch_1",
            "payment_intent": "pi_1",
            "fraud_type": "made_with_stolen_card",
            **facts,
        },
    )


def fetched(kind: Kind, answers: Answers, account: str | None = None) -> Any:
    object_id = "cus_1/ccsbtxn_1" if kind == Kind.CASH else "x_1"
    return asked(answers, lambda g: g.fetch(kind, object_id, account))[0]
