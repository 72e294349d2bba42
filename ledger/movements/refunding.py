"""Money goes back to the client."""

from __future__ import annotations

from datetime import datetime

from djmoney.money import Money

from ledger import chart
from ledger.movements.movement import Movement, Reference, credit, debit


def refund_from_escrow(
    *,
    escrow: str,
    refund: str,
    client: int,
    gross: Money,
    client_fee: Money,
    client_fee_tax: Money,
    tax_country: str,
    at: datetime,
    to_credit: Money | None = None,
    actor: int | None = None,
) -> Movement:
    """L11: held money goes back, with the fee that was not earned and its tax.

    =============================  ==========  ==========
    Account                        Debit       Credit
    =============================  ==========  ==========
    escrow:<escrow>                gross
    deferred:client_fee:<escrow>   client fee
    tax:vat:<country>              its tax
    refund:<refund>                            the rest
    client:<client>:credit                     to credit
    =============================  ==========  ==========

    What the client's credit had paid is credit again: no card takes back what it did not pay.
    """
    everything = gross + client_fee + client_fee_tax
    kept = to_credit or everything - everything
    return Movement(
        key=f"escrow/{escrow}/refunded/{refund}",
        kind="refund_from_escrow",
        memo="Escrow refunded",
        at=at,
        reference=("refund", refund),
        actor=actor,
        lines=[
            debit(chart.escrow(escrow), gross),
            debit(chart.deferred_client_fee(escrow), client_fee),
            debit(chart.tax("vat", tax_country), client_fee_tax),
            credit(chart.refund(refund, client), everything - kept),
            credit(chart.client_credit(client), kept),
        ],
    )


def settle_refund(
    *,
    refund: str,
    amount: Money,
    at: datetime,
    sent_as: str = "",
    actor: int | None = None,
) -> Movement:
    """L12: the provider gave the money back.

    =================  ======  ======
    Account            Debit   Credit
    =================  ======  ======
    refund:<refund>    amount
    provider:clearing          amount
    =================  ======  ======

    A refund that failed and is sent again settles again: *sent_as* is the provider's name
    for that second attempt.
    """
    return Movement(
        key=f"refund/{refund}/settled" + (f"/{sent_as}" if sent_as else ""),
        kind="settle_refund",
        memo="Refund settled",
        at=at,
        reference=("refund", refund),
        actor=actor,
        lines=[
            debit(chart.refund(refund), amount),
            credit(chart.provider_clearing(), amount),
        ],
    )


def unsettle_refund(
    *, refund: str, sent_as: str, amount: Money, at: datetime, actor: int | None = None
) -> Movement:
    """L12: a refund that had succeeded came back from the client's bank, up to 30 days later.

    =================  ======  ======
    Account            Debit   Credit
    =================  ======  ======
    provider:clearing  amount
    refund:<refund>            amount
    =================  ======  ======

    *sent_as* is the provider's name for the attempt that came back: another can fail too.
    """
    return Movement(
        key=f"refund/{refund}/unsettled/{sent_as}",
        kind="unsettle_refund",
        memo="Refund came back",
        at=at,
        reference=("refund", refund),
        actor=actor,
        lines=[
            debit(chart.provider_clearing(), amount),
            credit(chart.refund(refund), amount),
        ],
    )


def keep_refund(
    *, refund: str, client: int, amount: Money, at: datetime, actor: int | None = None
) -> Movement:
    """L12: a refund that could not be sent is kept for the client's next payment.

    =======================  ======  ======
    Account                  Debit   Credit
    =======================  ======  ======
    refund:<refund>          amount
    client:<client>:credit           amount
    =======================  ======  ======
    """
    return Movement(
        key=f"refund/{refund}/kept",
        kind="keep_refund",
        memo="Refund kept as credit",
        at=at,
        reference=("refund", refund),
        actor=actor,
        lines=[
            debit(chart.refund(refund), amount),
            credit(chart.client_credit(client), amount),
        ],
    )


def refund_released(
    *,
    lot: str,
    document: Reference,
    client: int,
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
    to_receivable: Money,
    at: datetime,
    actor: int | None = None,
) -> Movement:
    """L22: the freelancer gives back a part of what one lot had brought.

    ==================================  ==============  ==============
    Account                             Debit           Credit
    ==================================  ==============  ==============
    freelancer:<freelancer>:pending     from pending
    freelancer:<freelancer>:available   from available
    freelancer:<freelancer>:debt        from debt
    income:freelancer_fee               freelancer fee
    tax:vat:<freelancer's country>      its tax
    income:client_fee                   client fee
    tax:vat:<client's country>          its tax
    client:<client>:receivable                          to receivable
    client:<client>:credit                              the rest
    ==================================  ==============  ==============

    It is taken from the lot while that is pending, then from what is available, and what
    is missing the freelancer owes. Both fees and their taxes go back in proportion. The
    client's own debt for it is reduced first. *document* is what says so: a credit note.
    """
    back = from_pending + from_available + from_debt + freelancer_fee + freelancer_fee_tax
    back += client_fee + client_fee_tax
    return Movement(
        key=f"lot/{lot}/refunded/{'/'.join(document)}",
        kind="refund_released",
        memo="Given back after release",
        at=at,
        reference=document,
        actor=actor,
        client=client,
        client_tax=-client_fee_tax,
        lines=[
            debit(chart.pending(freelancer), from_pending),
            debit(chart.available(freelancer), from_available),
            debit(chart.freelancer_debt(freelancer), from_debt),
            debit(chart.income("freelancer_fee"), freelancer_fee),
            debit(chart.tax("vat", freelancer_tax_country), freelancer_fee_tax),
            debit(chart.income("client_fee"), client_fee),
            debit(chart.tax("vat", client_tax_country), client_fee_tax),
            credit(chart.client_receivable(client), to_receivable),
            credit(chart.client_credit(client), back - to_receivable),
        ],
    )


def send_credit_back(
    *, refund: str, client: int, amount: Money, at: datetime, actor: int | None = None
) -> Movement:
    """L23: the client wants its credit back on the card or in the bank it came from.

    =======================  ======  ======
    Account                  Debit   Credit
    =======================  ======  ======
    client:<client>:credit   amount
    refund:<refund>                  amount
    =======================  ======  ======
    """
    return Movement(
        key=f"refund/{refund}/from_credit",
        kind="send_credit_back",
        memo="Credit sent back",
        at=at,
        reference=("refund", refund),
        actor=actor,
        lines=[
            debit(chart.client_credit(client), amount),
            credit(chart.refund(refund, client), amount),
        ],
    )
