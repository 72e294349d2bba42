"""A client's bank takes a payment back: at once, and decided later."""

from __future__ import annotations

from datetime import datetime

from djmoney.money import Money

from ledger import chart
from ledger.movements.movement import Movement, credit, debit


def open_chargeback(
    *, case: str, amount: Money, cost: Money, at: datetime, actor: int | None = None
) -> Movement:
    """L26: the bank has taken money, and the provider asks a price for the case.

    =================  ======  =============
    Account            Debit   Credit
    =================  ======  =============
    chargeback:<case>  amount
    cost:chargeback    cost
    provider:clearing          amount + cost
    =================  ======  =============

    Posted when funds are withdrawn, not when a case is announced; *amount* can be a part
    of the payment. Whose loss it is, is decided later: nobody's money has moved yet. *cost* is
    in the provider's currency, where the payment was in another one.
    """
    return Movement(
        key=f"chargeback/{case}/opened",
        kind="open_chargeback",
        memo="Taken by a bank",
        at=at,
        reference=("chargeback", case),
        actor=actor,
        lines=[
            debit(chart.chargeback(case), amount),
            debit(chart.cost("chargeback"), cost),
            credit(chart.provider_clearing(), amount),
            credit(chart.provider_clearing(), cost),
        ],
    )


def win_chargeback(*, case: str, amount: Money, at: datetime, actor: int | None = None) -> Movement:
    """L28: the bank has given it back. The price of the case stays paid.

    =================  ======  ======
    Account            Debit   Credit
    =================  ======  ======
    provider:clearing  amount
    chargeback:<case>          amount
    =================  ======  ======
    """
    return Movement(
        key=f"chargeback/{case}/won",
        kind="win_chargeback",
        memo="Given back by a bank",
        at=at,
        reference=("chargeback", case),
        actor=actor,
        lines=[
            debit(chart.provider_clearing(), amount),
            credit(chart.chargeback(case), amount),
        ],
    )


def lose_escrow(
    *,
    case: str,
    escrow: str,
    gross: Money,
    client_fee: Money,
    client_fee_tax: Money,
    tax_country: str,
    at: datetime,
    actor: int | None = None,
) -> Movement:
    """L53: held money is lost to a bank, with the fee that was not earned and its tax.

    =============================  ==========  ==========
    Account                        Debit       Credit
    =============================  ==========  ==========
    escrow:<escrow>                gross
    deferred:client_fee:<escrow>   client fee
    tax:vat:<country>              its tax
    chargeback:<case>                          everything
    =============================  ==========  ==========

    The one entry that takes money out of a frozen escrow: the bank has it already.
    """
    return Movement(
        key=f"escrow/{escrow}/lost/{case}",
        kind="lose_escrow",
        memo="Escrow lost to a bank",
        at=at,
        reference=("chargeback", case),
        actor=actor,
        lines=[
            debit(chart.escrow(escrow), gross),
            debit(chart.deferred_client_fee(escrow), client_fee),
            debit(chart.tax("vat", tax_country), client_fee_tax),
            credit(chart.chargeback(case), gross + client_fee + client_fee_tax),
        ],
    )


def lose_stray(
    *, case: str, refund: str, client: int, amount: Money, at: datetime, actor: int | None = None
) -> Movement:
    """A bank takes back a payment without a match that could not be returned.

    =================  ======  ======
    Account            Debit   Credit
    =================  ======  ======
    refund:<refund>    amount
    chargeback:<case>          amount
    =================  ======  ======

    The client has it from the bank, instead of from us.
    """
    return Movement(
        key=f"refund/{refund}/lost/{case}",
        kind="lose_stray",
        memo="Payment without a match taken by a bank",
        at=at,
        reference=("chargeback", case),
        actor=actor,
        lines=[
            debit(chart.refund(refund, client), amount),
            credit(chart.chargeback(case), amount),
        ],
    )


def reopen_receivable(
    *, case: str, client: int, amount: Money, at: datetime, actor: int | None = None
) -> Movement:
    """L54: a debit came back after its money was released: the client owes it again.

    ==========================  ======  ======
    Account                     Debit   Credit
    ==========================  ======  ======
    client:<client>:receivable  amount
    chargeback:<case>                   amount
    ==========================  ======  ======

    The freelancer keeps what was paid out.
    """
    return Movement(
        key=f"chargeback/{case}/receivable",
        kind="reopen_receivable",
        memo="Owed again",
        at=at,
        reference=("chargeback", case),
        actor=actor,
        lines=[
            debit(chart.client_receivable(client), amount),
            credit(chart.chargeback(case), amount),
        ],
    )


def lose_chargeback(
    *,
    case: str,
    lot: str,
    freelancer: int,
    from_pending: Money,
    from_available: Money,
    from_debt: Money,
    freelancer_fee: Money,
    freelancer_fee_tax: Money,
    freelancer_tax_country: str,
    client_fee: Money,
    client_fee_tax: Money,
    client_tax_country: str,
    at: datetime,
    actor: int | None = None,
) -> Movement:
    """L29, L30: a card dispute is lost after release, and nothing protects it.

    ==================================  ==============  ==========
    Account                             Debit           Credit
    ==================================  ==============  ==========
    freelancer:<freelancer>:pending     from pending
    freelancer:<freelancer>:available   from available
    freelancer:<freelancer>:debt        from debt
    income:freelancer_fee               freelancer fee
    tax:vat:<freelancer's country>      its tax
    income:client_fee                   client fee
    tax:vat:<client's country>          its tax
    chargeback:<case>                                   everything
    ==================================  ==============  ==========

    It is taken from its lot while that is pending, then from what is available, and what is
    missing the freelancer owes. Both fees and their taxes go back in proportion.
    """
    back = from_pending + from_available + from_debt + freelancer_fee + freelancer_fee_tax
    return Movement(
        key=f"lot/{lot}/lost/{case}",
        kind="lose_chargeback",
        memo="Lost to a bank after release",
        at=at,
        reference=("chargeback", case),
        actor=actor,
        client_tax=-client_fee_tax,
        lines=[
            debit(chart.pending(freelancer), from_pending),
            debit(chart.available(freelancer), from_available),
            debit(chart.freelancer_debt(freelancer), from_debt),
            debit(chart.income("freelancer_fee"), freelancer_fee),
            debit(chart.tax("vat", freelancer_tax_country), freelancer_fee_tax),
            debit(chart.income("client_fee"), client_fee),
            debit(chart.tax("vat", client_tax_country), client_fee_tax),
            credit(chart.chargeback(case), back + client_fee + client_fee_tax),
        ],
    )


def bear_chargeback(
    *, case: str, amount: Money, at: datetime, actor: int | None = None
) -> Movement:
    """L31: a card dispute is lost after release, and the platform bears what it protects.

    =================  ======  ======
    Account            Debit   Credit
    =================  ======  ======
    cost:protection    amount
    chargeback:<case>          amount
    =================  ======  ======
    """
    return Movement(
        key=f"chargeback/{case}/borne",
        kind="bear_chargeback",
        memo="Borne by the platform",
        at=at,
        reference=("chargeback", case),
        actor=actor,
        lines=[
            debit(chart.cost("protection"), amount),
            credit(chart.chargeback(case), amount),
        ],
    )
