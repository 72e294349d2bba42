"""What we ask of whoever moves the money. Sums here are whole minor units and a currency.

Every call that does something takes a *key*: the same key is the same deed, however often it
is called. Methods never wait for the money itself; what became of it arrives as an event,
which is a hint to `fetch` the truth.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol


class Kind(StrEnum):
    """What can be fetched. A charge and a checkout are two views of one payment."""

    CHECKOUT = "checkout"
    PAYMENT = "payment"
    CHARGE = "charge"
    REFUND = "refund"
    PAYEE = "payee"
    TRANSFER = "transfer"
    PAYOUT = "payout"
    DISPUTE = "dispute"
    OTHER = "other"  # told about, and of no consequence to us


class Scope(StrEnum):
    """Whose happenings an endpoint is told: ours, or those of connected accounts."""

    PLATFORM = "platform"
    CONNECT = "connect"


class Status(StrEnum):
    """Where a payment, refund, transfer or payout stands, in our words."""

    OPEN = "open"  # may still be paid, or paid again after a refusal
    PROCESSING = "processing"
    ACTION_NEEDED = "action_needed"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


# What we ask.


@dataclass(frozen=True, slots=True)
class PayerRef:
    reference: str  # the organization's ref
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class CheckoutLine:
    title: str
    amount: int


@dataclass(frozen=True, slots=True)
class CheckoutRequest:
    reference: str  # our charge's ref: it comes back on everything
    payer: PayerRef
    currency: str
    lines: tuple[CheckoutLine, ...]
    success_url: str
    cancel_url: str
    metadata: Mapping[str, str] = field(default_factory=dict)

    @property
    def amount(self) -> int:
        return sum(line.amount for line in self.lines)


@dataclass(frozen=True, slots=True)
class SetupRequest:
    reference: str
    payer: PayerRef
    currency: str
    success_url: str
    cancel_url: str


@dataclass(frozen=True, slots=True)
class OffSessionCharge:
    reference: str
    customer: str
    method_id: str
    amount: int
    currency: str
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RefundRequest:
    reference: str
    payment_id: str
    amount: int
    currency: str
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PayeeRequest:
    reference: str  # the payee's ref
    country: str
    currency: str
    email: str
    is_company: bool


@dataclass(frozen=True, slots=True)
class TransferRequest:
    reference: str  # the payout's ref, also its transfer group
    account: str
    amount: int
    currency: str
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReversalRequest:
    reference: str
    transfer_id: str
    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class PayoutRequest:
    reference: str
    account: str
    destination: str  # one of the payee's bank accounts
    amount: int
    currency: str
    instant: bool = False
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Evidence:
    texts: Mapping[str, str]
    files: Mapping[str, str] = field(default_factory=dict)


# What we are answered.


@dataclass(frozen=True, slots=True)
class HostedPage:
    """A page of theirs to send somebody to."""

    url: str
    session_id: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class BalanceLine:
    """A line of the provider's balance; *amount* is signed as it changes that balance."""

    line_id: str
    source_id: str
    kind: str  # charge, refund, transfer, payout …
    amount: int
    cost: int
    currency: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class PaymentState:
    payment_id: str
    reference: str
    status: Status
    amount: int
    currency: str
    method: str = ""
    problem: str = ""
    arrives_on: date | None = None
    line: BalanceLine | None = None


@dataclass(frozen=True, slots=True)
class CheckoutState:
    """A payment page; *payment* is there once somebody has tried to pay on it."""

    session_id: str
    reference: str
    status: Status  # open, succeeded (left complete), cancelled (expired)
    payment: PaymentState | None = None


@dataclass(frozen=True, slots=True)
class RefundState:
    refund_id: str
    reference: str
    payment_id: str
    status: Status
    amount: int
    currency: str
    problem: str = ""
    line: BalanceLine | None = None


@dataclass(frozen=True, slots=True)
class BankAccount:
    destination: str
    label: str
    last4: str
    currency: str
    is_usable: bool


@dataclass(frozen=True, slots=True)
class PayeeState:
    account: str
    reference: str
    is_ready: bool
    problem: str = ""
    banks: tuple[BankAccount, ...] = ()


@dataclass(frozen=True, slots=True)
class TransferState:
    transfer_id: str
    reference: str
    account: str
    amount: int
    currency: str
    reversed: int = 0


@dataclass(frozen=True, slots=True)
class ReversalState:
    reversal_id: str
    transfer_id: str
    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class PayoutState:
    payout_id: str
    reference: str
    account: str
    status: Status
    amount: int
    currency: str
    arrives_on: date
    problem: str = ""


@dataclass(frozen=True, slots=True)
class DisputeState:
    dispute_id: str
    payment_id: str
    status: str  # as the provider says it, unknown ones too
    amount: int
    currency: str
    answer_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class BalanceState:
    """By currency. An account of ours where none is named."""

    available: Mapping[str, int]
    pending: Mapping[str, int]


Snapshot = (
    CheckoutState
    | PaymentState
    | RefundState
    | PayeeState
    | TransferState
    | PayoutState
    | DisputeState
)


@dataclass(frozen=True, slots=True)
class InboundEvent:
    """A verified letter: what happened to which object. Nothing of it is believed but that."""

    event_id: str
    type: str
    kind: Kind
    object_id: str
    account: str
    api_version: str
    livemode: bool
    created_at: datetime


# What may go wrong.


class GatewayError(Exception):
    """The gateway did not do what was asked."""


class Declined(GatewayError):
    """The payer's bank refused. *user_message* is for the payer."""

    def __init__(self, code: str, decline_code: str = "", user_message: str = "") -> None:
        super().__init__(user_message or code)
        self.code, self.decline_code, self.user_message = code, decline_code, user_message


class NeedsAction(GatewayError):
    """The payer has to confirm with their bank, on a page."""

    def __init__(self, payment_id: str) -> None:
        super().__init__(payment_id)
        self.payment_id = payment_id


class InsufficientFunds(GatewayError):
    """The balance that it would come from does not hold it now."""


class InvalidRequest(GatewayError):
    """Asked for something that is not there or not allowed; asking again will not help."""

    def __init__(self, message: str, *, param: str = "", code: str = "") -> None:
        super().__init__(message)
        self.param, self.code = param, code


class KeyReused(GatewayError):
    """The key stands for another request: a bug of ours. Nothing was done."""


class Busy(GatewayError):
    """Too much at once, or the same call is being answered; ask again later."""


class OutcomeUnknown(GatewayError):
    """No answer. It may have been done: never shown as failure, asked again with the same key."""


class BadSignature(GatewayError):
    """A letter that is not from who it says, or not from now."""


class Gateway(Protocol):
    name: str
    livemode: bool

    # The payer.
    def ensure_customer(self, payer: PayerRef, *, key: str) -> str: ...
    def start_checkout(self, r: CheckoutRequest, *, key: str) -> HostedPage: ...
    def start_method_setup(self, r: SetupRequest, *, key: str) -> HostedPage: ...
    def expire_checkout(self, session_id: str, *, key: str) -> None: ...
    def charge_saved(self, r: OffSessionCharge, *, key: str) -> PaymentState: ...
    def detach_method(self, method_id: str, *, key: str) -> None: ...
    def refund(self, r: RefundRequest, *, key: str) -> RefundState: ...

    # The payee.
    def create_payee(self, r: PayeeRequest, *, key: str) -> str: ...
    def onboarding_page(
        self, account: str, return_url: str, refresh_url: str, *, key: str
    ) -> HostedPage: ...
    def dashboard_page(self, account: str, *, key: str) -> HostedPage: ...
    def transfer(self, r: TransferRequest, *, key: str) -> TransferState: ...
    def reverse_transfer(self, r: ReversalRequest, *, key: str) -> ReversalState: ...
    def payout(self, r: PayoutRequest, *, key: str) -> PayoutState: ...
    def balance(self, account: str | None = None) -> BalanceState: ...

    # A payer's bank disagrees.
    def submit_evidence(
        self, dispute: str, e: Evidence, *, submit: bool, key: str
    ) -> DisputeState: ...
    def accept_dispute(self, dispute: str, *, key: str) -> DisputeState: ...

    # The truth.
    def fetch(self, kind: Kind, id: str, account: str | None = None) -> Snapshot: ...  # noqa: A002 -- the protocol's word
    def verify_webhook(self, body: bytes, header: str | None, scope: Scope) -> InboundEvent: ...
    def list_events(self, since: datetime) -> Iterator[InboundEvent]: ...
    def list_balance_transactions(
        self, since: datetime, account: str | None = None
    ) -> Iterator[BalanceLine]: ...
