"""A client pays in a currency of their own: what the provider holds changes through `fx:`."""

from __future__ import annotations

from datetime import datetime

from djmoney.money import Money

from billing_site.kernel.money import currency_of
from ledger import chart
from ledger.movements.movement import Movement, Reference, credit, debit


def convert_charge(
    *,
    quote: str,
    cause: Reference,
    amount: Money,
    margin: Money,
    into: Money,
    at: datetime,
    again: str = "",
    actor: int | None = None,
) -> Movement:
    """L39: what came in the client's own currency becomes the currency of what it is for.

    ====================================  ======  ===============
    Account                               Debit   Credit
    ====================================  ======  ===============
    provider:clearing                     amount
    fx:<currency of amount>                       amount − margin
    income:fx_margin                              margin
    fx:<currency of into>                 into
    provider:clearing, in *into*                  into
    ====================================  ======  ===============

    Posted beside the movement that says what it is for, which debits as much in *into* to
    provider:clearing, under the same *cause*: so that in each currency this returns to zero.
    *again* tells apart what comes of one cause several times: a refund that a bank sent back.
    """
    return Movement(
        key=f"quote/{quote}/came/{'/'.join(cause)}" + (f"/{again}" if again else ""),
        kind="convert_charge",
        memo="Paid in another currency",
        at=at,
        reference=cause,
        actor=actor,
        lines=[
            debit(chart.provider_clearing(), amount),
            credit(chart.fx(currency_of(amount)), amount - margin),
            credit(chart.income("fx_margin"), margin),
            debit(chart.fx(currency_of(into)), into),
            credit(chart.provider_clearing(), into),
        ],
    )


def convert_back(
    *,
    quote: str,
    cause: Reference,
    amount: Money,
    margin: Money,
    into: Money,
    at: datetime,
    again: str = "",
    actor: int | None = None,
) -> Movement:
    """L39, turned round: what goes back to the client, or was taken by their bank.

    ====================================  ===============  ======
    Account                               Debit            Credit
    ====================================  ===============  ======
    provider:clearing, in *into*          into
    fx:<currency of into>                                  into
    fx:<currency of amount>               amount − margin
    income:fx_margin                      margin
    provider:clearing                                      amount
    ====================================  ===============  ======

    At the rate of the payment itself, with our margin in proportion.
    """
    return Movement(
        key=f"quote/{quote}/back/{'/'.join(cause)}" + (f"/{again}" if again else ""),
        kind="convert_back",
        memo="Sent back in another currency",
        at=at,
        reference=cause,
        actor=actor,
        lines=[
            debit(chart.provider_clearing(), into),
            credit(chart.fx(currency_of(into)), into),
            debit(chart.fx(currency_of(amount)), amount - margin),
            debit(chart.income("fx_margin"), margin),
            credit(chart.provider_clearing(), amount),
        ],
    )
