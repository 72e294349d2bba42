"""A part of what is held goes to an escrow of its own."""

from __future__ import annotations

from datetime import datetime

from djmoney.money import Money

from ledger import chart
from ledger.movements.movement import Movement, credit, debit


def divide_escrow(
    *,
    escrow: str,
    into: str,
    client: int,
    gross: Money,
    client_fee: Money,
    at: datetime,
    actor: int | None = None,
) -> Movement:
    """L10, L19, L33: a part of an escrow is decided apart from the rest.

    =============================  ==========  ==========
    Account                        Debit       Credit
    =============================  ==========  ==========
    escrow:<escrow>                gross
    deferred:client_fee:<escrow>   client fee
    escrow:<into>                              gross
    deferred:client_fee:<into>                 client fee
    =============================  ==========  ==========

    *gross* and *client_fee* are those of the part. The tax on the client's fee has been
    owed to the tax office since the charge and stays there; it goes with the documents.
    """
    return Movement(
        key=f"escrow/{escrow}/divided/{into}",
        kind="divide_escrow",
        memo="Escrow divided",
        at=at,
        reference=("escrow", into),
        actor=actor,
        lines=[
            debit(chart.escrow(escrow), gross),
            debit(chart.deferred_client_fee(escrow), client_fee),
            credit(chart.escrow(into, client), gross),
            credit(chart.deferred_client_fee(into, client), client_fee),
        ],
    )
