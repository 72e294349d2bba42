"""Money that nothing was waiting for: it is kept apart from all else, and goes back."""

from __future__ import annotations

from datetime import datetime

from djmoney.money import Money

from ledger import chart
from ledger.movements.movement import Movement, credit, debit


def receive_unmatched(
    *, stray: str, amount: Money, at: datetime, actor: int | None = None
) -> Movement:
    """L46: a payment arrived twice, too late, or for another sum than ours.

    =================  ======  ======
    Account            Debit   Credit
    =================  ======  ======
    provider:clearing  amount
    suspense                   amount
    =================  ======  ======
    """
    return Movement(
        key=f"stray/{stray}/received",
        kind="receive_unmatched",
        memo="Payment without a match",
        at=at,
        reference=("stray", stray),
        actor=actor,
        lines=[
            debit(chart.provider_clearing(), amount),
            credit(chart.suspense(), amount),
        ],
    )


def return_unmatched(
    *, stray: str, refund: str, client: int, amount: Money, at: datetime, actor: int | None = None
) -> Movement:
    """A payment without a match is about to go back to who paid it.

    ================  ======  ======
    Account           Debit   Credit
    ================  ======  ======
    suspense          amount
    refund:<refund>           amount
    ================  ======  ======
    """
    return Movement(
        key=f"stray/{stray}/returned/{refund}",
        kind="return_unmatched",
        memo="Payment without a match returned",
        at=at,
        reference=("refund", refund),
        actor=actor,
        lines=[
            debit(chart.suspense(), amount),
            credit(chart.refund(refund, client), amount),
        ],
    )
