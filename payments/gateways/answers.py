"""What a gateway answers. Sums are whole minor units and a currency."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from payments.gateways.answers_of_payees import PayeeState, PayoutState, TransferState
from payments.gateways.words import Kind, Status


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
class Wire:
    """What a payer was told to send; no bank is collecting it."""

    missing: int  # what is still to come
    reference: str = ""
    holder: str = ""
    bank: str = ""
    number: str = ""  # an IBAN, or what stands for one in that country
    code: str = ""  # BIC, routing number or sort code


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
    kind: str = ""  # of the way it is paid, in the provider's word: card, sepa_debit …
    missing: int = 0  # of a bank transfer that has arrived in part
    wire: Wire | None = None  # it waits for a bank transfer that nobody has to send


@dataclass(frozen=True, slots=True)
class MethodState:
    """A way to pay that a payer saved; we learn its name, its last digits and its end."""

    method_id: str
    customer: str  # empty once the provider has let go of it
    kind: str  # the provider's word: card, sepa_debit …
    label: str  # “Visa”, “SEPA debit”
    last4: str
    expires_on: date | None = None  # the last day on which it pays; bank accounts have none

    @property
    def takes_days(self) -> bool:
        """Whether it is a bank account, which answers late."""
        return self.kind.endswith(("_debit", "_bank_account"))


@dataclass(frozen=True, slots=True)
class BankDetails:
    """An account at the provider's bank that stands for one payer."""

    customer: str
    currency: str
    holder: str
    bank: str
    number: str  # an IBAN, or what stands for one in that country
    code: str  # BIC, routing number or sort code


@dataclass(frozen=True, slots=True)
class CashState:
    """Money that a payer sent from their bank by themselves, and that is no payment yet."""

    transaction_id: str
    customer: str
    payer: str  # the organization's ref; empty: the customer is none of ours
    kind: str  # the provider's word: funded, applied_to_payment …
    amount: int
    currency: str
    available: int  # of what they have sent altogether
    reference: str = ""
    sender: str = ""


@dataclass(frozen=True, slots=True)
class MandateState:
    """Whether a payer's bank lets us debit a saved way to pay."""

    mandate_id: str
    method_id: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class CheckoutState:
    """A payment page; *payment* is there once somebody has tried to pay on it.

    A page for saving a way to pay has no payment, and *method* once it was saved.
    """

    session_id: str
    reference: str
    status: Status  # open, succeeded (left complete), cancelled (expired)
    payment: PaymentState | None = None
    method: MethodState | None = None


@dataclass(frozen=True, slots=True)
class RefundState:
    refund_id: str
    reference: str
    payment_id: str
    status: Status
    amount: int
    currency: str
    problem: str = ""
    is_short: bool = False  # our balance does not hold it yet, and nothing is wrong otherwise
    line: BalanceLine | None = None
    line_back: BalanceLine | None = None  # of one that failed after it had been booked


@dataclass(frozen=True, slots=True)
class DisputeState:
    dispute_id: str
    payment_id: str
    status: str  # as the provider says it, unknown ones too
    amount: int
    currency: str
    answer_by: datetime | None = None
    reason: str = ""  # the provider's word
    taken: BalanceLine | None = None  # what the bank took, and what the provider asked for it
    given_back: BalanceLine | None = None


@dataclass(frozen=True, slots=True)
class FraudWarningState:
    """A payer's bank suspects that somebody else paid; no money has moved by it."""

    warning_id: str
    payment_id: str
    reason: str  # the provider's word
    is_actionable: bool  # nothing went back of the payment yet, and no bank wants it back


@dataclass(frozen=True, slots=True)
class BalanceState:
    """By currency. An account of ours where none is named."""

    available: Mapping[str, int]
    pending: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class SetupState:
    """A way to pay is being saved; *method* is there once it can be charged.

    *failed* is what could not be verified, after its owner had left the page.
    """

    setup_id: str
    reference: str
    method: MethodState | None = None
    failed: MethodState | None = None
    problem: str = ""
    code: str = ""  # of the problem, in the provider's word


@dataclass(frozen=True, slots=True)
class TopUpState:
    """What our own bank sent to our balance; failed: it is not there, or not any more."""

    top_up_id: str
    status: Status
    amount: int
    currency: str


Snapshot = (
    CheckoutState
    | SetupState
    | PaymentState
    | RefundState
    | PayeeState
    | TransferState
    | PayoutState
    | DisputeState
    | MethodState
    | FraudWarningState
    | MandateState
    | CashState
    | TopUpState
)


@dataclass(frozen=True, slots=True)
class InboundEvent:
    """A verified event: what happened to which object. Nothing of it is believed but that."""

    event_id: str
    type: str
    kind: Kind
    object_id: str
    account: str
    api_version: str
    livemode: bool
    created_at: datetime
