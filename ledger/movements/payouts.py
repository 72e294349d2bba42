"""Money goes out to the freelancer's bank, or comes back from the way there."""

from __future__ import annotations

from datetime import datetime

from djmoney.money import Money

from ledger import chart
from ledger.movements.movement import Movement, credit, debit


def request_payout(
    *,
    payout: str,
    freelancer: int,
    amount: Money,
    fee: Money,
    at: datetime,
    actor: int | None = None,
) -> Movement:
    """L06: a freelancer withdraws. *amount* leaves `available`, what arrives is less the fee.

    ==================================  ======  ============
    Account                             Debit   Credit
    ==================================  ======  ============
    freelancer:<freelancer>:available   amount
    payout:<payout>                             amount − fee
    income:payout_fee                           fee
    ==================================  ======  ============
    """
    return Movement(
        key=f"payout/{payout}/requested",
        kind="request_payout",
        memo="Payout requested",
        at=at,
        reference=("payout", payout),
        actor=actor,
        lines=[
            debit(chart.available(freelancer), amount),
            credit(chart.payout(payout, freelancer), amount - fee),
            credit(chart.income("payout_fee"), fee),
        ],
    )


def slow_payout(
    *, payout: str, freelancer: int, fee_back: Money, at: datetime, actor: int | None = None
) -> Movement:
    """L06: a payout that was to be paid at once goes as others do, which costs less.

    *fee_back* is the part of its fee that is not kept. What reaches the bank stays the same.

    ==================================  ========  ========
    Account                             Debit     Credit
    ==================================  ========  ========
    income:payout_fee                   fee_back
    freelancer:<freelancer>:available             fee_back
    ==================================  ========  ========
    """
    return Movement(
        key=f"payout/{payout}/slowed",
        kind="slow_payout",
        memo="Part of a payout's fee given back",
        at=at,
        reference=("payout", payout),
        actor=actor,
        lines=[
            debit(chart.income("payout_fee"), fee_back),
            credit(chart.available(freelancer), fee_back),
        ],
    )


def transfer_to_payee(
    *, payout: str, freelancer: int, amount: Money, at: datetime, actor: int | None = None
) -> Movement:
    """L07: the provider moved money to the freelancer's account with it.

    *amount* is what was transferred, only what did not lie there already.

    ============================  ======  ======
    Account                       Debit   Credit
    ============================  ======  ======
    provider:payee:<freelancer>   amount
    provider:balance                      amount
    ============================  ======  ======
    """
    return Movement(
        key=f"payout/{payout}/transferred",
        kind="transfer_to_payee",
        memo="Transferred to the payee",
        at=at,
        reference=("payout", payout),
        actor=actor,
        lines=[
            debit(chart.payee(freelancer), amount),
            credit(chart.provider_balance(), amount),
        ],
    )


def pay_out(
    *, payout: str, freelancer: int, amount: Money, at: datetime, actor: int | None = None
) -> Movement:
    """L07: the money arrived at the bank. *amount* is what arrived, less the fee.

    ============================  ======  ======
    Account                       Debit   Credit
    ============================  ======  ======
    payout:<payout>               amount
    provider:payee:<freelancer>           amount
    ============================  ======  ======
    """
    return Movement(
        key=f"payout/{payout}/paid",
        kind="pay_out",
        memo="Paid out",
        at=at,
        reference=("payout", payout),
        actor=actor,
        lines=[
            debit(chart.payout(payout, freelancer), amount),
            credit(chart.payee(freelancer), amount),
        ],
    )


def fail_payout(
    *,
    payout: str,
    freelancer: int,
    amount: Money,
    fee: Money,
    at: datetime,
    actor: int | None = None,
) -> Movement:
    """L08: a payout failed or was cancelled before it was paid; the fee goes back with it.

    ==================================  ============  ======
    Account                             Debit         Credit
    ==================================  ============  ======
    payout:<payout>                     amount − fee
    income:payout_fee                   fee
    freelancer:<freelancer>:available                 amount
    ==================================  ============  ======

    *amount* and *fee* are those of the request, less what of the fee went back before. What was
    transferred already stays on provider:payee, where the next payout takes it from first.
    """
    return Movement(
        key=f"payout/{payout}/failed",
        kind="fail_payout",
        memo="Payout put back",
        at=at,
        reference=("payout", payout),
        actor=actor,
        lines=[
            debit(chart.payout(payout, freelancer), amount - fee),
            debit(chart.income("payout_fee"), fee),
            credit(chart.available(freelancer), amount),
        ],
    )


def return_payout(
    *,
    payout: str,
    freelancer: int,
    amount: Money,
    fee: Money,
    at: datetime,
    actor: int | None = None,
) -> Movement:
    """L09: a payout that was paid came back from the bank; the fee goes back with it.

    ==================================  ============  ======
    Account                             Debit         Credit
    ==================================  ============  ======
    provider:payee:<freelancer>         amount − fee
    income:payout_fee                   fee
    freelancer:<freelancer>:available                 amount
    ==================================  ============  ======

    *amount* and *fee* are those of the request, less what of the fee went back before. The money
    lies at the payee's account again, where the next payout takes it from first.
    """
    return Movement(
        key=f"payout/{payout}/returned",
        kind="return_payout",
        memo="Payout came back",
        at=at,
        reference=("payout", payout),
        actor=actor,
        lines=[
            debit(chart.payee(freelancer), amount - fee),
            debit(chart.income("payout_fee"), fee),
            credit(chart.available(freelancer), amount),
        ],
    )
