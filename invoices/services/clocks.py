"""While money is frozen or contested, nobody's time to answer runs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from django.db import transaction

from invoices.models import Invoice, RefundRequest
from invoices.services.locking import lock_from_the_top, lock_request
from payments.models import Freeze
from payments.services.freezing import stood_still


class Clocked(Protocol):
    """What waits for an answer."""

    answer_by: datetime | None
    stood_to: datetime | None

    def save(self, *, update_fields: Iterable[str]) -> None: ...


@transaction.atomic
def go_on(escrow_id: int, *, at: datetime) -> None:
    """Give back to whoever has to answer the time that a freeze of this money took.

    Called when a freeze ends; a second time changes nothing. While another one is open
    the time goes on standing, and is given back when that ends.
    """
    if Freeze.objects.open().filter(escrow=escrow_id).exists():
        return
    submitted = Invoice.objects.awaiting_approval().filter(escrow=escrow_id)
    for pk in submitted.order_by("pk").values_list("pk"):
        give_time_back(lock_from_the_top(*pk)[1], at=at)
    asked = RefundRequest.objects.asked().filter(milestone__escrow=escrow_id)
    for pk in asked.order_by("pk").values_list("pk"):
        request = lock_request(*pk)
        if request.is_asked and request.milestone:
            _give_back(
                request, request.milestone.escrow_id, since=request.asked_at, contested=None, at=at
            )


def give_time_back(invoice: Invoice, *, at: datetime, contested: datetime | None = None) -> None:
    """As `go_on`, of an invoice that is locked, and contested since then if it was."""
    if invoice.state == Invoice.State.SUBMITTED and invoice.submitted_at:
        _give_back(
            invoice, invoice.escrow_id, since=invoice.submitted_at, contested=contested, at=at
        )


def _give_back(
    waiting: Clocked,
    escrow_id: int | None,
    *,
    since: datetime,
    contested: datetime | None,
    at: datetime,
) -> None:
    if waiting.answer_by is None:
        return
    since = max(since, waiting.stood_to or since)
    # What came when the time was over already takes nothing back from what silence decided.
    freezes = list(
        Freeze.objects.since(since).filter(escrow=escrow_id, opened_at__lt=waiting.answer_by)
    )
    if contested:
        freezes.append(Freeze(opened_at=contested))
    if stood := stood_still(freezes, since=since, until=at):
        waiting.answer_by += stood
        waiting.stood_to = at
        waiting.save(update_fields=["answer_by", "stood_to"])
