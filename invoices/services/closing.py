"""When a contract that is ending has ended: once nothing of it is to be billed or paid."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from billing_site.kernel.sweeping import one_by_one
from billing_site.kernel.transitions import SYSTEM, take
from invoices.models import Contract, Invoice, RetainerTerms


def close_if_done(contract: Contract, *, at: datetime) -> None:
    """Close a contract that is ending once nothing of it is open any more. It is locked."""
    if contract.state == Contract.State.ENDING and not is_open(contract):
        take(contract.close, by=SYSTEM("nothing is open any more"), at=at)


def close_all_done(*, at: datetime) -> list[Contract]:
    """Close those whose last open thing was credited or given up, which asks no contract."""
    ending = Contract.objects.filter(state=Contract.State.ENDING).order_by("pk")
    return one_by_one(
        ending.values_list("pk", flat=True), lambda pk: _close(pk, at), to="close contract"
    )


def is_open(contract: Contract) -> bool:
    """Whether money is held or on its way, work is to be billed, or somebody has to answer."""
    # An approved invoice is open until it is paid; what is released pays it at once.
    open_invoices = contract.invoices.filter(
        state__in=[*Invoice.OPEN, Invoice.State.CONTESTED, "approved"]
    )
    return (
        contract.milestones.open().exists()
        or contract.weeks.unfinished().exists()
        or open_invoices.exists()
        or contract.refund_requests.asked().exists()
        or RetainerTerms.objects.filter(contract=contract, bills_on__isnull=False).exists()
    )


@transaction.atomic
def _close(contract_id: int, at: datetime) -> Contract | None:
    contract = Contract.objects.lock(contract_id)
    close_if_done(contract, at=at)
    return contract if contract.state == Contract.State.ENDED else None
