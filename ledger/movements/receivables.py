"""The platform has paid before the client did: what the client owes it, until it is collected."""

from __future__ import annotations

from datetime import datetime

from djmoney.money import Money

from ledger import chart
from ledger.movements.movement import Movement, credit, debit
from ledger.movements.sources import paid_by


def advance_week(
    *,
    escrow: str,
    client: int,
    gross: Money,
    client_fee: Money,
    client_fee_tax: Money,
    tax_country: str,
    at: datetime,
    actor: int | None = None,
) -> Movement:
    """L13: a protected week was not paid by Friday, so the platform fills its escrow.

    ============================  ==========  ==========
    Account                       Debit       Credit
    ============================  ==========  ==========
    client:<client>:receivable    everything
    escrow:<escrow>                           gross
    deferred:client_fee:<escrow>              client fee
    tax:vat:<country>                         its tax
    ============================  ==========  ==========

    Nothing is posted when the week is locked: only what the platform pays out itself is
    its receivable. From here on the week goes the way of a funded one.
    """
    return Movement(
        key=f"escrow/{escrow}/advanced",
        kind="advance_week",
        memo="Protected week advanced",
        at=at,
        reference=("escrow", escrow),
        actor=actor,
        lines=[
            debit(chart.client_receivable(client), gross + client_fee + client_fee_tax),
            credit(chart.escrow(escrow, client), gross),
            credit(chart.deferred_client_fee(escrow, client), client_fee),
            credit(chart.tax("vat", tax_country), client_fee_tax),
        ],
    )


def collect_receivable(
    *,
    settlement: str,
    charge: str,
    client: int,
    amount: Money,
    at: datetime,
    from_credit: Money | None = None,
    actor: int | None = None,
) -> Movement:
    """L14: the client pays what the platform had paid for it, the whole of it or a part.

    ====================================  ======  ======
    Account                               Debit   Credit
    ====================================  ======  ======
    provider:clearing                     the rest
    client:<client>:credit                from credit
    client:<client>:receivable                    amount
    ====================================  ======  ======
    """
    return Movement(
        key=f"settlement/{settlement}/collected",
        kind="collect_receivable",
        memo="Receivable collected",
        at=at,
        reference=("charge", charge),
        actor=actor,
        lines=[
            *paid_by(client, amount, from_credit=from_credit),
            credit(chart.client_receivable(client), amount),
        ],
    )


def write_off_receivable(
    *,
    write_off: str,
    client: int,
    gross: Money,
    freelancer_fee: Money,
    client_fee: Money,
    client_fee_tax: Money,
    tax_country: str,
    at: datetime,
    actor: int | None = None,
) -> Movement:
    """L17: what the platform paid for a client will not be collected.

    ==========================  ======================  ==========
    Account                     Debit                   Credit
    ==========================  ======================  ==========
    cost:protection             gross − freelancer fee
    income:freelancer_fee       freelancer fee
    income:client_fee           client fee
    tax:vat:<client's country>  its tax
    client:<client>:receivable                          everything
    ==========================  ======================  ==========

    The freelancer keeps what was paid out, so that is the loss; both fees were never
    earned. The VAT on the freelancer's fee is part of the loss: the freelancer keeps the
    invoice that shows it, so it stays owed to the tax office. The sums are those of what
    is still open.
    """
    return Movement(
        key=f"write_off/{write_off}/posted",
        kind="write_off_receivable",
        memo="Receivable written off",
        at=at,
        reference=("write_off", write_off),
        actor=actor,
        lines=[
            *(debit(*part) for part in _lost(gross, freelancer_fee, client_fee)),
            debit(chart.tax("vat", tax_country), client_fee_tax),
            credit(chart.client_receivable(client), gross + client_fee + client_fee_tax),
        ],
    )


def recover_written_off(
    *,
    settlement: str,
    charge: str,
    client: int,
    gross: Money,
    freelancer_fee: Money,
    client_fee: Money,
    client_fee_tax: Money,
    tax_country: str,
    at: datetime,
    from_credit: Money | None = None,
    actor: int | None = None,
) -> Movement:
    """L18: a client pays after all what had been written off, the whole of it or a part.

    ==========================  ==========  ======================
    Account                     Debit       Credit
    ==========================  ==========  ======================
    provider:clearing           the rest
    client:<client>:credit      from credit
    cost:protection                         gross − freelancer fee
    income:freelancer_fee                   freelancer fee
    income:client_fee                       client fee
    tax:vat:<client's country>              its tax
    ==========================  ==========  ======================
    """
    return Movement(
        key=f"settlement/{settlement}/recovered",
        kind="recover_written_off",
        memo="Written off, and paid after all",
        at=at,
        reference=("charge", charge),
        actor=actor,
        client=client,
        lines=[
            *paid_by(client, gross + client_fee + client_fee_tax, from_credit=from_credit),
            *(credit(*part) for part in _lost(gross, freelancer_fee, client_fee)),
            credit(chart.tax("vat", tax_country), client_fee_tax),
        ],
    )


def recover_by_bank(
    *,
    case: str,
    item: str,
    gross: Money,
    freelancer_fee: Money,
    client_fee: Money,
    client_fee_tax: Money,
    tax_country: str,
    at: datetime,
    actor: int | None = None,
) -> Movement:
    """L28: a bank gives back after all what had been owed again, and written off since.

    ==========================  ==========  ======================
    Account                     Debit       Credit
    ==========================  ==========  ======================
    chargeback:<case>           everything
    cost:protection                         gross − freelancer fee
    income:freelancer_fee                   freelancer fee
    income:client_fee                       client fee
    tax:vat:<client's country>              its tax
    ==========================  ==========  ======================

    The receivable was credited when it was written off; this is `recover_written_off` with the
    bank's money.
    """
    return Movement(
        key=f"open_item/{item}/recovered/{case}",
        kind="recover_by_bank",
        memo="Written off, and given back by a bank after all",
        at=at,
        reference=("chargeback", case),
        actor=actor,
        lines=[
            debit(chart.chargeback(case), gross + client_fee + client_fee_tax),
            *(credit(*part) for part in _lost(gross, freelancer_fee, client_fee)),
            credit(chart.tax("vat", tax_country), client_fee_tax),
        ],
    )


def _lost(
    gross: Money, freelancer_fee: Money, client_fee: Money
) -> list[tuple[chart.AccountSpec, Money]]:
    return [
        (chart.cost("protection"), gross - freelancer_fee),
        (chart.income("freelancer_fee"), freelancer_fee),
        (chart.income("client_fee"), client_fee),
    ]
