"""What is asked of the provider in tests, and what a case of it is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from payments.gateways.base import (
    BalanceLine,
    CashRequest,
    CheckoutLine,
    CheckoutRequest,
    DisputeState,
    Evidence,
    OffSessionCharge,
    Paper,
    PayeeRequest,
    PayerRef,
    PaymentState,
    PayoutRequest,
    RefundRequest,
    SetupRequest,
    Status,
    TransferRequest,
)
from payments.gateways.stripe.gateway import StripeGateway
from tests.contract.examples import MADE_AT
from tests.payments.stripe.provider import Answers, Body

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
