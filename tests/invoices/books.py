"""What the books say of an invoice's money, in a word; and all laws of the product at once."""

from __future__ import annotations

from billing_site.kernel.invariants import laws, run_laws
from billing_site.kernel.money import Money
from billing_site.people.models import User
from ledger.queries.balances import balance
from tests.given import organization


def pending(user: User) -> Money:
    return balance(f"freelancer:{organization(user).pk}:pending", "EUR")


def credit_of(user: User) -> Money:
    return balance(f"client:{organization(user).pk}:credit", "EUR")


def assert_every_law_holds() -> None:
    broken = {verdict.law.name: verdict.offenders for verdict in run_laws() if not verdict.holds}
    assert not broken, broken


def broken_laws() -> list[str]:
    """Those of invoices alone: what races stands in their way for sixteen at once."""
    return [law.sentence for law in laws() if law.name.startswith("invoices.") and law.check()]
