"""A bank decides anew: what a lost chargeback had cost comes back to whom it was taken from."""

from __future__ import annotations

from datetime import datetime

from djmoney.money import Money

from ledger import chart
from ledger.movements.movement import Movement, credit, debit


def reinstate_chargeback(
    *,
    case: str,
    client: int,
    amount: Money,
    to_credit: Money,
    to_receivable: Money,
    borne: Money,
    at: datetime,
    actor: int | None = None,
) -> Movement:
    """L28: the bank gives back what it had won before.

    ==========================  ======  =============
    Account                     Debit   Credit
    ==========================  ======  =============
    provider:clearing           amount
    client:<client>:credit              to credit
    client:<client>:receivable          to receivable
    cost:protection                     borne
    chargeback:<case>                   the rest
    ==========================  ======  =============

    What had been held is the client's credit where the work went on without it. The rest
    goes back to where it was: `refill_escrow`, `return_loss` for the freelancers', and
    `recover_by_bank` for what was written off.
    """
    return Movement(
        key=f"chargeback/{case}/reinstated",
        kind="reinstate_chargeback",
        memo="Given back by a bank after all",
        at=at,
        reference=("chargeback", case),
        actor=actor,
        lines=[
            debit(chart.provider_clearing(), amount),
            credit(chart.client_credit(client), to_credit),
            credit(chart.client_receivable(client), to_receivable),
            credit(chart.cost("protection"), borne),
            credit(chart.chargeback(case), amount - to_credit - to_receivable - borne),
        ],
    )


def refill_escrow(
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
    """L28: what a bank had taken of held money is held again, with the fee that is not earned.

    =============================  ==========  ==========
    Account                        Debit       Credit
    =============================  ==========  ==========
    chargeback:<case>              everything
    escrow:<escrow>                            gross
    deferred:client_fee:<escrow>               client fee
    tax:vat:<country>                          its tax
    =============================  ==========  ==========
    """
    return Movement(
        key=f"escrow/{escrow}/refilled/{case}",
        kind="refill_escrow",
        memo="Held again",
        at=at,
        reference=("chargeback", case),
        actor=actor,
        lines=[
            debit(chart.chargeback(case), gross + client_fee + client_fee_tax),
            credit(chart.escrow(escrow), gross),
            credit(chart.deferred_client_fee(escrow), client_fee),
            credit(chart.tax("vat", tax_country), client_fee_tax),
        ],
    )


def return_loss(
    *,
    case: str,
    lot: str,
    freelancer: int,
    to_pending: Money,
    to_debt: Money,
    to_available: Money,
    freelancer_fee: Money,
    freelancer_fee_tax: Money,
    freelancer_tax_country: str,
    client_fee: Money,
    client_fee_tax: Money,
    client_tax_country: str,
    at: datetime,
    actor: int | None = None,
) -> Movement:
    """L28: what a freelancer had lost is theirs again, and our fees are earned again.

    ==================================  ==========  ==============
    Account                             Debit       Credit
    ==================================  ==========  ==============
    chargeback:<case>                   everything
    freelancer:<freelancer>:pending                 to pending
    freelancer:<freelancer>:debt                    to debt
    freelancer:<freelancer>:available               to available
    income:freelancer_fee                           freelancer fee
    tax:vat:<freelancer's country>                  its tax
    income:client_fee                               client fee
    tax:vat:<client's country>                      its tax
    ==================================  ==========  ==============

    It is pending again while its lot is; else it pays what they owe first.
    """
    back = to_pending + to_debt + to_available + freelancer_fee + freelancer_fee_tax
    return Movement(
        key=f"lot/{lot}/returned/{case}",
        kind="return_loss",
        memo="Back from a bank after all",
        at=at,
        reference=("chargeback", case),
        actor=actor,
        client_tax=client_fee_tax,
        lines=[
            debit(chart.chargeback(case), back + client_fee + client_fee_tax),
            credit(chart.pending(freelancer), to_pending),
            credit(chart.freelancer_debt(freelancer), to_debt),
            credit(chart.available(freelancer), to_available),
            credit(chart.income("freelancer_fee"), freelancer_fee),
            credit(chart.tax("vat", freelancer_tax_country), freelancer_fee_tax),
            credit(chart.income("client_fee"), client_fee),
            credit(chart.tax("vat", client_tax_country), client_fee_tax),
        ],
    )
