"""Money of one currency becomes money of another, each balanced by itself through `fx:`."""

from __future__ import annotations

from datetime import datetime

from djmoney.money import Money

from billing_site.kernel.money import currency_of
from ledger import chart
from ledger.movements.movement import Movement, credit, debit


def convert_payout(
    *,
    quote: str,
    freelancer: int,
    amount: Money,
    margin: Money,
    into: Money,
    at: datetime,
    actor: int | None = None,
) -> Movement:
    """L41: a freelancer converts *amount* by a quote, to withdraw what becomes of it.

    ===============================================  ======  ===============
    Account                                          Debit   Credit
    ===============================================  ======  ===============
    freelancer:<freelancer>:available                amount
    fx:<currency of amount>                                  amount − margin
    income:fx_margin                                         margin
    fx:<currency of into>                            into
    freelancer:<freelancer>:available, in *into*             into
    ===============================================  ======  ===============

    Each currency balances by itself. What `fx:` shows is what we hold of the one and owe of the
    other until `convert_treasury`.
    """
    return Movement(
        key=f"quote/{quote}/used",
        kind="convert_payout",
        memo="Converted",
        at=at,
        reference=("quote", quote),
        actor=actor,
        lines=[
            debit(chart.available(freelancer), amount),
            credit(chart.fx(currency_of(amount)), amount - margin),
            credit(chart.income("fx_margin"), margin),
            debit(chart.fx(currency_of(into)), into),
            credit(chart.available(freelancer), into),
        ],
    )


def convert_treasury(
    *, exchange: str, sold: Money, bought: Money, at: datetime, actor: int | None = None
) -> Movement:
    """L40: the platform exchanged its own balance at the provider, and closes its position.

    ==========================  ======  ======
    Account                     Debit   Credit
    ==========================  ======  ======
    fx:<currency of sold>       sold
    provider:balance                    sold
    provider:balance            bought
    fx:<currency of bought>             bought
    ==========================  ======  ======

    *exchange* is what the bank or the provider calls it. What stays on `fx:` when both sums have
    been exchanged is the gain, or the loss, of having waited.
    """
    return Movement(
        key=f"exchange/{exchange}",
        kind="convert_treasury",
        memo="Exchanged by the platform",
        at=at,
        reference=("exchange", exchange),
        actor=actor,
        lines=[
            debit(chart.fx(currency_of(sold)), sold),
            credit(chart.provider_balance(), sold),
            debit(chart.provider_balance(), bought),
            credit(chart.fx(currency_of(bought)), bought),
        ],
    )
