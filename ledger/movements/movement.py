"""What a movement is made of: debits and credits with positive amounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from djmoney.money import Money

from billing_site.kernel.money import currency_of, to_minor
from ledger.chart import AccountSpec

Reference = tuple[str, str]  # type and ref of the document: ("invoice", "7K2M…")


@dataclass(frozen=True, slots=True)
class Line:
    """A debit or a credit, already signed as the books store it: credit is plus."""

    account: AccountSpec
    currency: str
    minor: int


@dataclass(frozen=True, slots=True)
class Movement:
    """A money event, ready to be posted. The key names its cause and makes it happen once.

    A *client* pays from outside: the movement begins with an account that nobody holds, and
    is in the client's records all the same. *client_tax* says which of its taxes are on the
    client's fee, where both sides' meet in one account; it goes with the lines' sign.
    *captures* is the reservation that its lines spend.
    """

    key: str
    kind: str
    memo: str  # no personal data: the books outlive an erasure
    at: datetime
    reference: Reference
    actor: int | None  # a user's key; None: the system
    lines: Sequence[Line]
    reverses: int | None = None
    client: int | None = None  # an organization's key
    client_tax: Money | None = None
    captures: str = ""  # the key of what was set aside


def debit(account: AccountSpec, amount: Money) -> Line:
    return Line(account, currency_of(amount), -_size(amount))


def credit(account: AccountSpec, amount: Money) -> Line:
    return Line(account, currency_of(amount), _size(amount))


def _size(amount: Money) -> int:
    minor = to_minor(amount)
    assert minor >= 0, "Direction is debit and credit, never a minus sign."
    return minor
