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

    What had been held is the client's credit: the work may have gone on without it. The rest
    was the freelancers', and `return_loss` gives it to them.
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


def return_loss(
    *,
    case: str,
    lot: str,
    freelancer: int,
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
    freelancer:<freelancer>:debt                    to debt
    freelancer:<freelancer>:available               to available
    income:freelancer_fee                           freelancer fee
    tax:vat:<freelancer's country>                  its tax
    income:client_fee                               client fee
    tax:vat:<client's country>                      its tax
    ==================================  ==========  ==============
    """
    back = to_debt + to_available + freelancer_fee + freelancer_fee_tax
    return Movement(
        key=f"lot/{lot}/returned/{case}",
        kind="return_loss",
        memo="Back from a bank after all",
        at=at,
        reference=("chargeback", case),
        actor=actor,
        lines=[
            debit(chart.chargeback(case), back + client_fee + client_fee_tax),
            credit(chart.freelancer_debt(freelancer), to_debt),
            credit(chart.available(freelancer), to_available),
            credit(chart.income("freelancer_fee"), freelancer_fee),
            credit(chart.tax("vat", freelancer_tax_country), freelancer_fee_tax),
            credit(chart.income("client_fee"), client_fee),
            credit(chart.tax("vat", client_tax_country), client_fee_tax),
        ],
    )
