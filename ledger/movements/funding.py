"""Money comes in: a charge fills an escrow, and the provider settles it."""

from __future__ import annotations

from datetime import datetime

from djmoney.money import Money

from ledger import chart
from ledger.movements.movement import Line, Movement, Reference, credit, debit
from ledger.movements.sources import paid_by


def fund_escrow(
    *,
    escrow: str,
    charge: str,
    client: int,
    gross: Money,
    client_fee: Money,
    client_fee_tax: Money,
    tax_country: str,
    at: datetime,
    from_credit: Money | None = None,
    actor: int | None = None,
) -> Movement:
    """L01, L48: a client's money arrives for one escrow.

    ====================================  ==========  ==========
    Account                               Debit       Credit
    ====================================  ==========  ==========
    provider:clearing                     the rest
    client:<client>:credit                from credit
    escrow:<escrow>                                    gross
    deferred:client_fee:<escrow>                       client fee
    tax:vat:<country>                                  its tax
    ====================================  ==========  ==========

    Everything is gross, client fee and its tax. The fee is earned when the escrow is released,
    until then it can go back.
    """
    return Movement(
        key=f"escrow/{escrow}/funded/{charge}",
        kind="fund_escrow",
        memo="Escrow funded",
        at=at,
        reference=("charge", charge),
        actor=actor,
        lines=[
            *paid_by(client, gross + client_fee + client_fee_tax, from_credit=from_credit),
            credit(chart.escrow(escrow, client), gross),
            credit(chart.deferred_client_fee(escrow, client), client_fee),
            credit(chart.tax("vat", tax_country), client_fee_tax),
        ],
    )


def settle_provider_line(
    *,
    line: str,
    reference: Reference,
    amount: Money,
    cost: Money,
    at: datetime,
    actor: int | None = None,
) -> Movement:
    """L02: one line of the provider's balance, signed as the provider signs it.

    A charge (*amount* above zero):

    =================  =============  ======
    Account            Debit          Credit
    =================  =============  ======
    provider:balance   amount − cost
    cost:provider      cost
    provider:clearing                 amount
    =================  =============  ======

    A refund (*amount* below zero):

    =================  =============  =============
    Account            Debit          Credit
    =================  =============  =============
    provider:clearing  amount
    cost:provider      cost
    provider:balance                  amount + cost
    =================  =============  =============

    *cost* may be below zero: the provider gives back what it had asked, and cost:provider is
    credited with it.

    *reference* is the charge or refund as its other movement names it, such as
    ("charge", ref), so that each reference returns to zero on provider:clearing.
    """
    size = abs(amount)
    if amount.amount > 0:
        lines = [
            debit(chart.provider_balance(), size - cost),
            _price(cost),
            credit(chart.provider_clearing(), size),
        ]
    else:
        lines = [
            debit(chart.provider_clearing(), size),
            _price(cost),
            credit(chart.provider_balance(), size + cost),
        ]
    return Movement(
        key=f"provider/{line}/settled",
        kind="settle_provider_line",
        memo="Settled by the provider",
        at=at,
        reference=reference,
        actor=actor,
        lines=lines,
    )


def pay_provider_fee(
    *, line: str, what: str, amount: Money, at: datetime, actor: int | None = None
) -> Movement:
    """L55: what the provider takes of our balance by itself, for payouts of a month and the like.

    ================  ======  ======
    Account           Debit   Credit
    ================  ======  ======
    cost:<what>       amount
    provider:balance          amount
    ================  ======  ======

    *amount* may be below zero: it gives some of it back, and the sides are the other way round.
    """
    cost, balance, size = chart.cost(what), chart.provider_balance(), abs(amount)
    is_taken = amount.amount > 0
    return Movement(
        key=f"provider/{line}/settled",
        kind="pay_provider_fee",
        memo="Asked for by the provider" if is_taken else "Given back by the provider",
        at=at,
        reference=("provider_line", line),
        actor=actor,
        lines=[
            debit(cost if is_taken else balance, size),
            credit(balance if is_taken else cost, size),
        ],
    )


def _price(cost: Money) -> Line:
    account = chart.cost("provider")
    return credit(account, -cost) if cost.amount < 0 else debit(account, cost)
