"""Small movements to try the books with, and what they look like afterwards."""

from __future__ import annotations

from datetime import UTC, datetime

from billing_site.kernel.invariants import run_laws
from billing_site.kernel.money import from_minor
from billing_site.platform import clock
from ledger import chart
from ledger.chart import AccountSpec
from ledger.models import Account
from ledger.movements import Line, Movement, credit, debit

NOON = datetime(2025, 11, 3, 12, 0, tzinfo=UTC)
WORLD = chart.provider_clearing()


def purse(name: str, holder: int | None = None) -> AccountSpec:
    """An account with a floor, and no meaning that a law could ask about."""
    return AccountSpec(f"purse:{name}", Account.Kind.LIABILITY, holder, floor=0)


def movement(key: str, *lines: Line, kind: str = "test") -> Movement:
    return Movement(
        key=key,
        kind=kind,
        memo="Tried",
        at=NOON,
        reference=("test", key),
        actor=None,
        lines=lines,
    )


def move(
    key: str, source: AccountSpec, target: AccountSpec, minor: int, currency: str = "EUR"
) -> Movement:
    money = from_minor(minor, currency)
    return movement(key, debit(source, money), credit(target, money))


def balances() -> dict[str, int]:
    """Return all balances that are not zero, by code and currency, shards by their own names."""
    rows = Account.objects.exclude(balance=0).values_list("code", "currency", "balance")
    return {f"{code} {currency}": minor for code, currency, minor in rows}


def debited(code: str, amount: str) -> str:
    """Return a line of the journal whose code is only known in the test."""
    return f"{'  ' + code:<42}{amount:>14}"


def credited(code: str, amount: str) -> str:
    return f"{'      ' + code:<56}{amount:>14}"


def broken_laws() -> dict[str, list[dict[str, object]]]:
    """Return what breaks a law of the books at noon. An audit that is clean returns nothing."""
    with clock.pinned(NOON):
        return {
            verdict.law.name: verdict.offenders
            for verdict in run_laws()
            if verdict.law.name.startswith("ledger.") and not verdict.holds
        }
