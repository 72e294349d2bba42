"""What the platform gives away."""

from __future__ import annotations

from datetime import datetime

from djmoney.money import Money

from ledger import chart
from ledger.movements.movement import Movement, credit, debit


def give_goodwill(
    *, goodwill: str, client: int, amount: Money, at: datetime, actor: int | None = None
) -> Movement:
    """L51: our staff gives a client credit, at the platform's cost.

    =======================  ======  ======
    Account                  Debit   Credit
    =======================  ======  ======
    cost:goodwill            amount
    client:<client>:credit           amount
    =======================  ======  ======
    """
    return Movement(
        key=f"goodwill/{goodwill}/given",
        kind="give_goodwill",
        memo="Goodwill credit",
        at=at,
        reference=("goodwill", goodwill),
        actor=actor,
        lines=[
            debit(chart.cost("goodwill"), amount),
            credit(chart.client_credit(client), amount),
        ],
    )
