"""Money becomes the freelancer's: released, then available."""

from __future__ import annotations

from datetime import datetime

from djmoney.money import Money

from ledger import chart
from ledger.movements.movement import Movement, credit, debit


def release_escrow(
    *,
    escrow: str,
    invoice: str,
    freelancer: int,
    gross: Money,
    client_fee: Money,
    freelancer_fee: Money,
    freelancer_fee_tax: Money,
    tax_country: str,
    at: datetime,
    actor: int | None = None,
) -> Movement:
    """L04, L10: an approved invoice releases its escrow, or its part of it.

    ================================  ==========  =====================
    Account                           Debit       Credit
    ================================  ==========  =====================
    escrow:<escrow>                   gross
    deferred:client_fee:<escrow>      client fee
    freelancer:<freelancer>:pending               gross − fee − its tax
    income:freelancer_fee                         freelancer fee
    tax:vat:<country>                             its tax
    income:client_fee                             client fee
    ================================  ==========  =====================

    *client_fee* is the deferred part that is earned now. Several invoices release their
    parts each by itself; whoever calls rounds them so that they add up to the whole.
    """
    return Movement(
        key=f"escrow/{escrow}/released/{invoice}",
        kind="release_escrow",
        memo="Escrow released",
        at=at,
        reference=("invoice", invoice),
        actor=actor,
        lines=[
            debit(chart.escrow(escrow), gross),
            debit(chart.deferred_client_fee(escrow), client_fee),
            credit(chart.pending(freelancer), gross - freelancer_fee - freelancer_fee_tax),
            credit(chart.income("freelancer_fee"), freelancer_fee),
            credit(chart.tax("vat", tax_country), freelancer_fee_tax),
            credit(chart.income("client_fee"), client_fee),
        ],
    )


def make_available(
    *, lot: str, freelancer: int, amount: Money, at: datetime, actor: int | None = None
) -> Movement:
    """L05: the security period of one lot is over.

    ==================================  ======  ======
    Account                             Debit   Credit
    ==================================  ======  ======
    freelancer:<freelancer>:pending     amount
    freelancer:<freelancer>:available           amount
    ==================================  ======  ======
    """
    return Movement(
        key=f"lot/{lot}/available",
        kind="make_available",
        memo="Security period over",
        at=at,
        reference=("lot", lot),
        actor=actor,
        lines=[
            debit(chart.pending(freelancer), amount),
            credit(chart.available(freelancer), amount),
        ],
    )
