"""What goes from the provider to our own bank, and what comes from there."""

from __future__ import annotations

from datetime import datetime

from billing_site.kernel.money import Money
from ledger import chart
from ledger.movements.movement import Movement, credit, debit


def sweep_income(*, sweep: str, amount: Money, at: datetime, actor: int | None = None) -> Movement:
    """L03: so much of what is ours went from the provider to our own bank.

    ================  ======  ======
    Account           Debit   Credit
    ================  ======  ======
    bank:operating    amount
    provider:balance          amount
    ================  ======  ======

    *sweep* is what the provider calls the payout.
    """
    return Movement(
        key=f"sweep/{sweep}",
        kind="sweep_income",
        memo="Taken to our own bank",
        at=at,
        reference=("sweep", sweep),
        actor=actor,
        lines=[debit(chart.bank_operating(), amount), credit(chart.provider_balance(), amount)],
    )


def return_swept(*, sweep: str, amount: Money, at: datetime, actor: int | None = None) -> Movement:
    """L56: our bank did not take it, or sent it back; it lies at the provider again.

    ================  ======  ======
    Account           Debit   Credit
    ================  ======  ======
    provider:balance  amount
    bank:operating            amount
    ================  ======  ======
    """
    return Movement(
        key=f"sweep/{sweep}/back",
        kind="return_swept",
        memo="Not taken by our own bank",
        at=at,
        reference=("sweep", sweep),
        actor=actor,
        lines=[debit(chart.provider_balance(), amount), credit(chart.bank_operating(), amount)],
    )


def top_up_balance(
    *, top_up: str, amount: Money, at: datetime, actor: int | None = None
) -> Movement:
    """L57: what is others' lies at the provider again; it came from our own bank.

    ================  ======  ======
    Account           Debit   Credit
    ================  ======  ======
    provider:balance  amount
    bank:operating            amount
    ================  ======  ======

    *top_up* is what the provider calls it.
    """
    return Movement(
        key=f"topup/{top_up}",
        kind="top_up_balance",
        memo="Sent to the provider from our own bank",
        at=at,
        reference=("topup", top_up),
        actor=actor,
        lines=[debit(chart.provider_balance(), amount), credit(chart.bank_operating(), amount)],
    )


def return_top_up(
    *, top_up: str, amount: Money, at: datetime, actor: int | None = None
) -> Movement:
    """L58: what was sent to the balance came back to our own bank, or never reached it.

    ================  ======  ======
    Account           Debit   Credit
    ================  ======  ======
    bank:operating    amount
    provider:balance          amount
    ================  ======  ======
    """
    return Movement(
        key=f"topup/{top_up}/back",
        kind="return_top_up",
        memo="Given back to our own bank by the provider",
        at=at,
        reference=("topup", top_up),
        actor=actor,
        lines=[debit(chart.bank_operating(), amount), credit(chart.provider_balance(), amount)],
    )
