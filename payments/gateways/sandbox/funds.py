"""What was missing on a balance, and telling that there is more.

The real provider tells of whatever settles. Here only who was refused for want of it is told: a
letter for each payment would tell nobody anything.
"""

from __future__ import annotations

from datetime import datetime

from payments.gateways.base import InsufficientFunds
from payments.gateways.sandbox.models import SandboxBalanceLine, SandboxHappening
from payments.gateways.sandbox.telling import expect, tell

DEED = "tell_of_funds"


class Short(InsufficientFunds):
    """*account* is whose balance it is; empty: ours."""

    def __init__(self, message: str, *, account: str, currency: str) -> None:
        super().__init__(message)
        self.account, self.currency = account, currency


def expect_more(short: InsufficientFunds, *, at: datetime) -> None:
    """Tell once more of it has settled, if something is going to."""
    if not isinstance(short, Short):
        return
    coming = SandboxBalanceLine.objects.filter(
        account_id=short.account or None,
        currency=short.currency,
        available_at__gt=at,
        amount__gt=0,
    ).order_by("available_at", "pk")
    line = coming.first()
    known = SandboxHappening.objects.filter(deed=DEED, subject_id=short.account, done_at=None)
    if line and not known.filter(due_at=line.available_at).exists():
        expect(DEED, short.account, at=line.available_at)


def tell_of_them(account: str, at: datetime) -> None:
    """Say what is available by now, in each currency, and what is still to settle."""
    shape = {
        "object": "balance",
        "available": _sums(account, available_at__lte=at),
        "pending": _sums(account, available_at__gt=at),
        "livemode": False,
    }
    tell("balance.available", None, at=at, account=account, shape=shape)


def _sums(account: str, **when: datetime) -> list[dict[str, object]]:
    sums: dict[str, int] = {}
    for line in SandboxBalanceLine.objects.filter(account_id=account or None, **when):
        sums[line.currency] = sums.get(line.currency, 0) + line.net
    return [
        {"amount": sum_, "currency": currency.lower(), "source_types": {"card": sum_}}
        for currency, sum_ in sorted(sums.items())
    ]
