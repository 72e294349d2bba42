"""What a gateway answers about whom money is paid to. Sums are whole minor units and a currency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from payments.gateways.words import Status


@dataclass(frozen=True, slots=True)
class BankAccount:
    destination: str
    label: str
    last4: str
    currency: str
    is_usable: bool
    takes_instant: bool = False  # can be paid at once, as far as the provider knows
    holder: str = ""  # whose it is; empty: the provider does not tell


@dataclass(frozen=True, slots=True)
class PayeeState:
    account: str
    reference: str
    is_ready: bool
    problem: str = ""
    wanted: int = 0  # facts that are still asked for
    wanted_by: datetime | None = None  # after that they are not paid, until they are known
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
class PayoutState:
    payout_id: str
    reference: str
    account: str
    status: Status
    amount: int
    currency: str
    arrives_on: date
    problem: str = ""
    code: str = ""  # of the problem, in the provider's word
    trace: str = ""  # by which banks find it
    is_untraced: bool = False  # this bank never tells one
