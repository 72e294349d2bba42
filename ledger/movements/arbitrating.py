"""What an external arbiter costs: both sides' shares, held until they are returned or spent."""

from __future__ import annotations

from datetime import datetime

from djmoney.money import Money

from ledger import chart
from ledger.chart import AccountSpec
from ledger.movements.movement import Movement, credit, debit


def hold_arbitration_share(
    *,
    case: str,
    share: str,
    holder: int,
    is_client: bool,
    amount: Money,
    at: datetime,
    actor: int | None = None,
) -> Movement:
    """L35: one side puts down its share, out of what it has with us.

    =============================================  ======  ======
    Account                                        Debit   Credit
    =============================================  ======  ======
    client:<holder>:credit or
    freelancer:<holder>:available                  amount
    arbitration:<case>                                     amount
    =============================================  ======  ======
    """
    return Movement(
        key=f"arbitration/{case}/{share}/held",
        kind="hold_arbitration_share",
        memo="Share of an arbitration held",
        at=at,
        reference=("dispute", case),
        actor=actor,
        lines=[
            debit(_money_of(holder, is_client=is_client), amount),
            credit(chart.arbitration(case), amount),
        ],
    )


def return_arbitration_share(
    *,
    case: str,
    share: str,
    holder: int,
    is_client: bool,
    amount: Money,
    at: datetime,
    actor: int | None = None,
) -> Movement:
    """L37: no external arbiter was needed; the share goes back where it came from.

    =============================================  ======  ======
    Account                                        Debit   Credit
    =============================================  ======  ======
    arbitration:<case>                             amount
    client:<holder>:credit or
    freelancer:<holder>:available                          amount
    =============================================  ======  ======
    """
    return Movement(
        key=f"arbitration/{case}/{share}/returned",
        kind="return_arbitration_share",
        memo="Share of an arbitration returned",
        at=at,
        reference=("dispute", case),
        actor=actor,
        lines=[
            debit(chart.arbitration(case), amount),
            credit(_money_of(holder, is_client=is_client), amount),
        ],
    )


def spend_arbitration_shares(
    *, case: str, amount: Money, at: datetime, actor: int | None = None
) -> Movement:
    """L36: the award is in, and the arbiter is paid with both shares.

    ==================  ======  ======
    Account             Debit   Credit
    ==================  ======  ======
    arbitration:<case>  amount
    bank:operating              amount
    ==================  ======  ======

    Staff pays the arbiter by hand, from our own account: no line of the provider matches it.
    """
    return Movement(
        key=f"arbitration/{case}/spent",
        kind="spend_arbitration_shares",
        memo="Arbiter paid",
        at=at,
        reference=("dispute", case),
        actor=actor,
        lines=[
            debit(chart.arbitration(case), amount),
            credit(chart.bank_operating(), amount),
        ],
    )


def shift_costs(
    *,
    case: str,
    loser: int,
    winner: int,
    winner_is_client: bool,
    amount: Money,
    at: datetime,
    actor: int | None = None,
) -> Movement:
    """L38: the award has the loser bear the winner's share, too, as far as it has that with us.

    =============================================  ======  ======
    Account                                        Debit   Credit
    =============================================  ======  ======
    client:<loser>:credit or
    freelancer:<loser>:available                   amount
    client:<winner>:credit or
    freelancer:<winner>:available                          amount
    =============================================  ======  ======

    Nobody owes the rest here: nothing would ever collect it.
    """
    return Movement(
        key=f"arbitration/{case}/shifted",
        kind="shift_costs",
        memo="Costs of an arbitration shifted",
        at=at,
        reference=("dispute", case),
        actor=actor,
        lines=[
            debit(_money_of(loser, is_client=not winner_is_client), amount),
            credit(_money_of(winner, is_client=winner_is_client), amount),
        ],
    )


def _money_of(holder: int, *, is_client: bool) -> AccountSpec:
    return chart.client_credit(holder) if is_client else chart.available(holder)
