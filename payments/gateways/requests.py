"""What we ask of a gateway. Sums are whole minor units and a currency."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


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
    statement: str = ""  # what a card's statement says after our name
    closes_at: datetime | None = None  # of the page; a day later unless told

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
    statement: str = ""


@dataclass(frozen=True, slots=True)
class BankDetailsRequest:
    """Where a payer can send bank transfers to."""

    payer: PayerRef
    currency: str
    country: str  # the payer's


@dataclass(frozen=True, slots=True)
class CashRequest:
    """What a payer has sent by bank transfer becomes a payment."""

    reference: str
    customer: str
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
    email: str = ""  # of whom to ask for their bank, where the provider does not know it


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
class PayoutRequest:
    reference: str
    account: str
    destination: str  # one of the payee's bank accounts
    amount: int
    currency: str
    instant: bool = False
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Paper:
    """A file that is going to be shown to a payer's bank."""

    name: str
    content_type: str
    sha256: str
    content: bytes = field(repr=False)  # whose hash says enough of it


@dataclass(frozen=True, slots=True)
class Evidence:
    """Both by the provider's names for what they show; files by the names they are kept under."""

    texts: Mapping[str, str]
    files: Mapping[str, str] = field(default_factory=dict)
