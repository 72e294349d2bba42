"""A client pays what was approved while nothing was held for it."""

from __future__ import annotations

from datetime import datetime

from djmoney.money import Money

from ledger import chart
from ledger.movements.movement import Movement, credit
from ledger.movements.sources import paid_by


def pay_invoice(
    *,
    settlement: str,
    charge: str,
    client: int,
    freelancer: int,
    gross: Money,
    client_fee: Money,
    client_fee_tax: Money,
    client_tax_country: str,
    freelancer_fee: Money,
    freelancer_fee_tax: Money,
    freelancer_tax_country: str,
    at: datetime,
    from_credit: Money | None = None,
    actor: int | None = None,
) -> Movement:
    """L24, L25: one payment to an approved invoice, the whole of it or a part.

    ====================================  ==========  =====================
    Account                               Debit       Credit
    ====================================  ==========  =====================
    provider:clearing                     the rest
    client:<client>:credit                from credit
    freelancer:<freelancer>:pending                   gross − fee − its tax
    income:freelancer_fee                             freelancer fee
    tax:vat:<freelancer's country>                    its tax
    income:client_fee                                 client fee
    tax:vat:<client's country>                        its tax
    ====================================  ==========  =====================

    Everything is gross, client fee and its tax. The sums are those of this payment; whoever
    calls rounds them so that the payments of one invoice add up to it.
    """
    return Movement(
        key=f"settlement/{settlement}/paid",
        kind="pay_invoice",
        memo="Invoice paid",
        at=at,
        reference=("charge", charge),
        actor=actor,
        client=client,
        client_tax=client_fee_tax,
        lines=[
            *paid_by(client, gross + client_fee + client_fee_tax, from_credit=from_credit),
            credit(chart.pending(freelancer), gross - freelancer_fee - freelancer_fee_tax),
            credit(chart.income("freelancer_fee"), freelancer_fee),
            credit(chart.tax("vat", freelancer_tax_country), freelancer_fee_tax),
            credit(chart.income("client_fee"), client_fee),
            credit(chart.tax("vat", client_tax_country), client_fee_tax),
        ],
    )
