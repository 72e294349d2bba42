"""What the books say, in a word."""

from __future__ import annotations

from billing_site.kernel.invariants import run_laws
from billing_site.kernel.money import Money
from billing_site.people.models import User
from ledger.queries.balances import balance
from tests.given_payments import organization

OURS = ("ledger.", "payments.")


def held(account: str, currency: str = "EUR") -> Money:
    """The balance of *account*; shards of a hot account together."""
    return balance(account, currency)


def available(user: User) -> Money:
    return held(f"freelancer:{organization(user).pk}:available")


def pending(user: User) -> Money:
    return held(f"freelancer:{organization(user).pk}:pending")


def assert_every_law_holds() -> None:
    """Those of the books and of payments: here no invoice stands above them."""
    ours = [verdict for verdict in run_laws() if verdict.law.name.startswith(OURS)]
    assert len(ours) > len(OURS)
    broken = {verdict.law.name: verdict.offenders for verdict in ours if not verdict.holds}
    assert not broken, broken


def at_payee(user: User) -> Money:
    return -held(f"provider:payee:{organization(user).pk}")


def credit_of(client: User) -> Money:
    return held(f"client:{organization(client).pk}:credit")
