"""What we ask of whoever moves the money.

Every call that does something takes a *key*: the same key is the same deed, however often it
is called. Methods never wait for the money itself; what became of it arrives as an event,
which is a hint to `fetch` the truth.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Protocol

from payments.gateways.answers import (
    BalanceLine,
    BalanceState,
    BankDetails,
    CashState,
    CheckoutState,
    DisputeState,
    FraudWarningState,
    HostedPage,
    InboundEvent,
    MandateState,
    MethodState,
    PaymentState,
    RefundState,
    SetupState,
    Snapshot,
    TopUpState,
    Wire,
)
from payments.gateways.answers_of_payees import (
    BankAccount,
    PayeeState,
    PayoutState,
    TransferState,
)
from payments.gateways.errors import (
    BadSignature,
    Busy,
    Declined,
    GatewayError,
    InsufficientFunds,
    InvalidRequest,
    KeyReused,
    NeedsAction,
    NotLetIn,
    OutcomeUnknown,
)
from payments.gateways.requests import (
    BankDetailsRequest,
    CashRequest,
    CheckoutLine,
    CheckoutRequest,
    Evidence,
    OffSessionCharge,
    Paper,
    PayeeRequest,
    PayerRef,
    PayoutRequest,
    RefundRequest,
    SetupRequest,
    TransferRequest,
)
from payments.gateways.words import (
    Kind,
    Scope,
    Status,
)

__all__ = [
    "BadSignature",
    "BalanceLine",
    "BalanceState",
    "BankAccount",
    "BankDetails",
    "BankDetailsRequest",
    "Busy",
    "CashRequest",
    "CashState",
    "CheckoutLine",
    "CheckoutRequest",
    "CheckoutState",
    "Declined",
    "DisputeState",
    "Evidence",
    "FraudWarningState",
    "Gateway",
    "GatewayError",
    "HostedPage",
    "InboundEvent",
    "InsufficientFunds",
    "InvalidRequest",
    "KeyReused",
    "Kind",
    "MandateState",
    "MethodState",
    "NeedsAction",
    "NotLetIn",
    "OffSessionCharge",
    "OutcomeUnknown",
    "Paper",
    "PayeeRequest",
    "PayeeState",
    "PayerRef",
    "PaymentState",
    "PayoutRequest",
    "PayoutState",
    "RefundRequest",
    "RefundState",
    "Scope",
    "SetupRequest",
    "SetupState",
    "Snapshot",
    "Status",
    "TopUpState",
    "TransferRequest",
    "TransferState",
    "Wire",
]


class Gateway(Protocol):
    name: str
    livemode: bool

    # The payer.
    def ensure_customer(self, payer: PayerRef, *, key: str) -> str: ...
    def start_checkout(self, r: CheckoutRequest, *, key: str) -> HostedPage: ...
    def start_method_setup(self, r: SetupRequest, *, key: str) -> HostedPage: ...
    def expire_checkout(self, session_id: str, *, key: str) -> None: ...
    def charge_saved(self, r: OffSessionCharge, *, key: str) -> PaymentState: ...
    def cancel_payment(self, payment_id: str, *, key: str) -> PaymentState: ...
    def bank_details(self, r: BankDetailsRequest, *, key: str) -> BankDetails: ...
    def draw_cash(self, r: CashRequest, *, key: str) -> PaymentState: ...
    def detach_method(self, method_id: str, *, key: str) -> None: ...
    def refund(self, r: RefundRequest, *, key: str) -> RefundState: ...

    # The payee.
    def create_payee(self, r: PayeeRequest, *, key: str) -> str: ...
    def onboarding_page(
        self, account: str, return_url: str, refresh_url: str, *, key: str
    ) -> HostedPage: ...
    def dashboard_page(self, account: str, *, key: str) -> HostedPage: ...
    def transfer(self, r: TransferRequest, *, key: str) -> TransferState: ...
    def payout(self, r: PayoutRequest, *, key: str) -> PayoutState: ...
    def balance(self, account: str | None = None) -> BalanceState: ...

    # A payer's bank disagrees.
    def keep_paper(self, paper: Paper, *, key: str) -> str: ...
    def submit_evidence(
        self, dispute: str, e: Evidence, *, submit: bool, key: str
    ) -> DisputeState: ...
    def accept_dispute(self, dispute: str, *, key: str) -> DisputeState: ...

    # The truth.
    def fetch(self, kind: Kind, id: str, account: str | None = None) -> Snapshot: ...  # noqa: A002 -- the protocol's word
    def verify_webhook(self, body: bytes, header: str | None, scope: Scope) -> InboundEvent: ...
    def look_up(self, r: Any, *, key: str, since: datetime) -> Any: ...
    def list_events(
        self, since: datetime, account: str | None = None
    ) -> Iterator[InboundEvent]: ...
    def list_balance_transactions(
        self, since: datetime, account: str | None = None
    ) -> Iterator[BalanceLine]: ...
