"""The chart of accounts: each place where money can be, with its floor and its ceiling.

A liability cannot be overdrawn (floor 0). What somebody owes cannot be recovered twice
(ceiling 0). Accounts that every entry touches have neither and are spread over shards.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from zlib import crc32

from ledger.models import Account

SHARDS = 16
_CODE = re.compile(r"[A-Za-z0-9:_-]{1,90}(#[0-9]{2})?", re.ASCII)
_Kind = Account.Kind


@dataclass(frozen=True, slots=True)
class AccountSpec:
    """What an account is, so that it can be opened on its first posting."""

    code: str
    kind: str
    holder: int | None = None  # the organization's primary key; None: the platform
    floor: int | None = None
    ceiling: int | None = None
    sharded: bool = False

    def __post_init__(self) -> None:
        assert _CODE.fullmatch(self.code), f"Not an account code: {self.code!r}"


def is_sharded(code: str) -> bool:
    """Tell whether *code* is a whole family of accounts: taxes, income and costs are."""
    return code.startswith(("tax:", "income:", "cost:")) and "#" not in code


def shard_of(key: str) -> str:
    """Return the suffix of the shards that the entry *key* writes to, always the same ones."""
    return f"#{crc32(key.encode()) % SHARDS:02}"


def provider_clearing() -> AccountSpec:
    """Charged and not yet settled. Checked by reference, not by balance."""
    return AccountSpec("provider:clearing", _Kind.ASSET)


def provider_balance() -> AccountSpec:
    """Settled at the provider: client money, and ours until it is swept."""
    return AccountSpec("provider:balance", _Kind.ASSET)


def bank_operating() -> AccountSpec:
    return AccountSpec("bank:operating", _Kind.ASSET)


def payee(freelancer: int) -> AccountSpec:
    """Transferred to the freelancer's account at the provider and not yet paid out."""
    return AccountSpec(f"provider:payee:{freelancer}", _Kind.ASSET, freelancer, ceiling=0)


def client_receivable(client: int) -> AccountSpec:
    """Paid out by the platform and not collected."""
    return AccountSpec(f"client:{client}:receivable", _Kind.ASSET, client, ceiling=0)


def freelancer_debt(freelancer: int) -> AccountSpec:
    return AccountSpec(f"freelancer:{freelancer}:debt", _Kind.ASSET, freelancer, ceiling=0)


def chargeback(case: str) -> AccountSpec:
    """Taken by a bank and undecided."""
    return AccountSpec(f"chargeback:{case}", _Kind.ASSET, ceiling=0)


def fx(currency: str) -> AccountSpec:
    """The open position of a conversion."""
    return AccountSpec(f"fx:{currency}", _Kind.ASSET)


def client_credit(client: int) -> AccountSpec:
    """Prepaid, and refunds that were kept."""
    return _liability(f"client:{client}:credit", client)


def escrow(ref: str, client: int | None = None) -> AccountSpec:
    """Held for one milestone, week or deposit: gross of the freelancer's own VAT."""
    return _liability(f"escrow:{ref}", client)


def deferred_client_fee(ref: str, client: int | None = None) -> AccountSpec:
    """Charged, and not earned until the escrow of the same reference is released."""
    return _liability(f"deferred:client_fee:{ref}", client)


def pending(freelancer: int) -> AccountSpec:
    """Released, in its security period."""
    return _liability(f"freelancer:{freelancer}:pending", freelancer)


def available(freelancer: int) -> AccountSpec:
    return _liability(f"freelancer:{freelancer}:available", freelancer)


def payout(ref: str, freelancer: int | None = None) -> AccountSpec:
    return _liability(f"payout:{ref}", freelancer)


def refund(ref: str, client: int | None = None) -> AccountSpec:
    return _liability(f"refund:{ref}", client)


def arbitration(ref: str) -> AccountSpec:
    return _liability(f"arbitration:{ref}", None)


def tax(kind: str, country: str) -> AccountSpec:
    """Owed to a tax office, such as `tax:vat:DE`."""
    return AccountSpec(f"tax:{kind}:{country}", _Kind.LIABILITY, sharded=True)


def suspense() -> AccountSpec:
    """Arrived without a match."""
    return _liability("suspense", None)


def unclaimed() -> AccountSpec:
    return _liability("unclaimed", None)


def income(what: str) -> AccountSpec:
    """`client_fee`, `freelancer_fee`, `payout_fee` or `fx_margin`."""
    return AccountSpec(f"income:{what}", _Kind.INCOME, sharded=True)


def cost(what: str) -> AccountSpec:
    """`provider`, `payout`, `chargeback`, `debt`, `protection`, `goodwill` or `rounding`."""
    return AccountSpec(f"cost:{what}", _Kind.EXPENSE, sharded=True)


def _liability(code: str, holder: int | None) -> AccountSpec:
    return AccountSpec(code, _Kind.LIABILITY, holder, floor=0)
