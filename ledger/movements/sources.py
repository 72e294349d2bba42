"""Where a client's payment comes from: through the provider, and out of the client's credit."""

from __future__ import annotations

from djmoney.money import Money

from ledger import chart
from ledger.movements.movement import Line, debit


def paid_by(client: int, amount: Money, *, from_credit: Money | None) -> list[Line]:
    """Return the debits of *amount*."""
    credit = from_credit or amount - amount
    lines = [
        debit(chart.provider_clearing(), amount - credit),
        debit(chart.client_credit(client), credit),
    ]
    return [line for line in lines if line.minor]
