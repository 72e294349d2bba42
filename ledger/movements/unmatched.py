"""Money that nothing was waiting for: kept apart from all else, until it is whose or goes back."""

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


def match_receipt(
    *, stray: str, charge: str, client: int, amount: Money, at: datetime, actor: int | None = None
) -> Movement:
    """L47: somebody found out whose a payment without a match is.

    =======================  ======  ======
    Account                  Debit   Credit
    =======================  ======  ======
    suspense                 amount
    client:<client>:credit           amount
    =======================  ======  ======
    """
    return Movement(
        key=f"stray/{stray}/matched",
        kind="match_receipt",
        memo="Payment matched to its client",
        at=at,
        reference=("charge", charge),
        actor=actor,
        lines=[
            debit(chart.suspense(), amount),
            credit(chart.client_credit(client), amount),
        ],
    )


def keep_payment(
    *,
    settlement: str,
    charge: str,
    client: int,
    amount: Money,
    at: datetime,
    actor: int | None = None,
) -> Movement:
    """L47: a part of a payment is not needed any more for what it was begun for.

    =======================  ======  ======
    Account                  Debit   Credit
    =======================  ======  ======
    provider:clearing        amount
    client:<client>:credit           amount
    =======================  ======  ======

    The client paid it knowingly, so it is theirs for the next payment, or to be sent back.
    """
    return Movement(
        key=f"settlement/{settlement}/kept",
        kind="keep_payment",
        memo="Payment kept as credit",
        at=at,
        reference=("charge", charge),
        actor=actor,
        lines=[
            debit(chart.provider_clearing(), amount),
            credit(chart.client_credit(client), amount),
        ],
    )
