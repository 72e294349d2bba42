"""When a contract that is ending has ended: once nothing of it is to be billed or paid."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from billing_site.kernel.sweeping import one_by_one
from billing_site.kernel.transitions import SYSTEM, take
from invoices.models import Contract, Invoice, Milestone, RefundRequest, RetainerTerms, Week


def close_if_done(contract: Contract, *, at: datetime) -> None:
    """Close a contract that is ending once nothing of it is open any more. It is locked."""
    if contract.state == Contract.State.ENDING and not is_open(contract):
        take(contract.close, by=SYSTEM("nothing is open any more"), at=at)


def close_all_done(*, at: datetime) -> list[Contract]:
    """Close those whose last open thing was credited or given up, which asks no contract."""
    ending = Contract.objects.filter(state=Contract.State.ENDING)
    for rows in _open_things():
        ending = ending.exclude(Exists(rows.filter(contract=OuterRef("pk"))))
    pks = ending.order_by("pk").values_list("pk", flat=True)
    return one_by_one(pks, lambda pk: _close(pk, at), to="close contract")


def is_open(contract: Contract) -> bool:
    """Whether money is held or on its way, work is to be billed, or somebody has to answer."""
    return any(rows.filter(contract=contract).exists() for rows in _open_things())


def _open_things() -> list[QuerySet[Any]]:
    """What keeps a contract from ending, of all contracts."""
    # An approved invoice is open until it is paid; what is released pays it at once.
    open_invoice = [*Invoice.OPEN, Invoice.State.CONTESTED, Invoice.State.APPROVED]
    return [
        Milestone.objects.open(),
        Week.objects.unfinished(),
        Invoice.objects.filter(state__in=open_invoice),
        RefundRequest.objects.asked(),
        RetainerTerms.objects.filter(bills_on__isnull=False),
    ]


@transaction.atomic
def _close(contract_id: int, at: datetime) -> Contract | None:
    contract = Contract.objects.lock(contract_id)
    close_if_done(contract, at=at)
    return contract if contract.state == Contract.State.ENDED else None
