"""Money goes back to the client."""

from __future__ import annotations

from datetime import datetime

from djmoney.money import Money

from ledger import chart
from ledger.movements.movement import Movement, credit, debit


def refund_from_escrow(
    *,
    escrow: str,
    refund: str,
    client: int,
    gross: Money,
    client_fee: Money,
    client_fee_tax: Money,
    tax_country: str,
    at: datetime,
    actor: int | None = None,
) -> Movement:
    """L11: held money goes back, with the fee that was not earned and its tax.

    =============================  ==========  ==========
    Account                        Debit       Credit
    =============================  ==========  ==========
    escrow:<escrow>                gross
    deferred:client_fee:<escrow>   client fee
    tax:vat:<country>              its tax
    refund:<refund>                            everything
    =============================  ==========  ==========
    """
    return Movement(
        key=f"escrow/{escrow}/refunded/{refund}",
        kind="refund_from_escrow",
        memo="Escrow refunded",
        at=at,
        reference=("refund", refund),
        actor=actor,
        lines=[
            debit(chart.escrow(escrow), gross),
            debit(chart.deferred_client_fee(escrow), client_fee),
            debit(chart.tax("vat", tax_country), client_fee_tax),
            credit(chart.refund(refund, client), gross + client_fee + client_fee_tax),
        ],
    )


def settle_refund(
    *, refund: str, amount: Money, at: datetime, actor: int | None = None
) -> Movement:
    """L12: the provider gave the money back.

    =================  ======  ======
    Account            Debit   Credit
    =================  ======  ======
    refund:<refund>    amount
    provider:clearing          amount
    =================  ======  ======
    """
    return Movement(
        key=f"refund/{refund}/settled",
        kind="settle_refund",
        memo="Refund settled",
        at=at,
        reference=("refund", refund),
        actor=actor,
        lines=[
            debit(chart.refund(refund), amount),
            credit(chart.provider_clearing(), amount),
        ],
    )
