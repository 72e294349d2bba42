"""What a freelancer owes ends: by what they earned, or because it is given up."""

from __future__ import annotations

from datetime import datetime

from djmoney.money import Money

from ledger import chart
from ledger.movements.movement import Movement, credit, debit


def recover_debt(
    *, lot: str, freelancer: int, amount: Money, at: datetime, actor: int | None = None
) -> Movement:
    """L32: a part of what one lot made available pays back what its freelancer owes.

    ==================================  ======  ======
    Account                             Debit   Credit
    ==================================  ======  ======
    freelancer:<freelancer>:available   amount
    freelancer:<freelancer>:debt                amount
    ==================================  ======  ======

    Once a lot, when its security period is over. The books refuse more than is owed.
    """
    return Movement(
        key=f"lot/{lot}/recovered",
        kind="recover_debt",
        memo="Kept for a debt",
        at=at,
        reference=("lot", lot),
        actor=actor,
        lines=[
            debit(chart.available(freelancer), amount),
            credit(chart.freelancer_debt(freelancer), amount),
        ],
    )


def repay_debt(
    *, payment: str, freelancer: int, amount: Money, at: datetime, actor: int | None = None
) -> Movement:
    """L32: a freelancer pays back by their own choice, out of what is available to them.

    ==================================  ======  ======
    Account                             Debit   Credit
    ==================================  ======  ======
    freelancer:<freelancer>:available   amount
    freelancer:<freelancer>:debt                amount
    ==================================  ======  ======

    What they have in another currency is converted before, by `convert_payout`.
    """
    return Movement(
        key=f"debt_payment/{payment}",
        kind="repay_debt",
        memo="Debt paid back",
        at=at,
        reference=("debt_payment", payment),
        actor=actor,
        lines=[
            debit(chart.available(freelancer), amount),
            credit(chart.freelancer_debt(freelancer), amount),
        ],
    )


def write_off_debt(
    *, write_off: str, freelancer: int, amount: Money, at: datetime, actor: int | None = None
) -> Movement:
    """L32: what a freelancer owes will not come, and is the platform's loss.

    ============================  ======  ======
    Account                       Debit   Credit
    ============================  ======  ======
    cost:debt                     amount
    freelancer:<freelancer>:debt          amount
    ============================  ======  ======
    """
    return Movement(
        key=f"debt_write_off/{write_off}",
        kind="write_off_debt",
        memo="Debt written off",
        at=at,
        reference=("debt_write_off", write_off),
        actor=actor,
        lines=[
            debit(chart.cost("debt"), amount),
            credit(chart.freelancer_debt(freelancer), amount),
        ],
    )


def recover_given_up(
    *,
    case: str,
    lot: str,
    freelancer: int,
    amount: Money,
    at: datetime,
    actor: int | None = None,
) -> Movement:
    """L32: a bank gives back what had become a debt, and that was given up since.

    ==================================  ======  ======
    Account                             Debit   Credit
    ==================================  ======  ======
    freelancer:<freelancer>:available   amount
    cost:debt                                   amount
    ==================================  ======  ======

    Together with `return_loss`, which made it available: they have had it already.
    """
    return Movement(
        key=f"lot/{lot}/recovered/{case}",
        kind="recover_given_up",
        memo="Kept for a debt that was given up",
        at=at,
        reference=("chargeback", case),
        actor=actor,
        lines=[
            debit(chart.available(freelancer), amount),
            credit(chart.cost("debt"), amount),
        ],
    )
