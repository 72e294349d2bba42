"""Where a client's payment comes from: through the provider, or out of the client's credit."""

from __future__ import annotations

from djmoney.money import Money

from ledger import chart
from ledger.movements.movement import Line, debit


def paid_by(
    charge: str | None, client: int, amount: Money, *, from_credit: Money | None
) -> list[Line]:
    """Return the debits of *amount*. Without a *charge* all of it is the client's credit."""
    credit = amount if charge is None else (from_credit or amount - amount)
    lines = [
        debit(chart.provider_clearing(), amount - credit),
        debit(chart.client_credit(client), credit),
    ]
    return [line for line in lines if line.minor]
