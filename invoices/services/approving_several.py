"""Approving several invoices with one press: each stands and falls by itself."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from billing_site.kernel.transitions import NotAllowed
from billing_site.people.models import User
from invoices.models import Invoice
from invoices.services.approving import approve
from invoices.services.consenting import Seen

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Chosen:
    invoice_id: int
    seen: Seen


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one of them, in words; `is_agreed` unless it was refused."""

    invoice: Invoice
    is_agreed: bool
    words: str


def approve_several(
    chosen: Sequence[Chosen], *, by: User, at: datetime, op_id: UUID
) -> list[Outcome]:
    """Approve each in a transaction of its own, in the order given, and tell what became of it.

    One that is refused takes nothing from the others; and a row lock, the issuer's number series
    and the books are held as long as one approval takes, not as long as all of them.
    """
    return [
        _approve(each, by=by, at=at, op_id=uuid5(op_id, str(each.invoice_id))) for each in chosen
    ]


def _approve(chosen: Chosen, *, by: User, at: datetime, op_id: UUID) -> Outcome:
    try:
        invoice = approve(chosen.invoice_id, by=by, at=at, seen=chosen.seen, op_id=op_id)
    except NotAllowed as refusal:
        return _refused(chosen, str(refusal))
    except Exception:
        # The others are decided already, or about to be: their outcome has to be told.
        logger.exception("Could not approve invoice %s", chosen.invoice_id)
        return _refused(chosen, "Something broke on our side. Nothing happened to this one.")
    if invoice.is_issued:
        return Outcome(invoice, is_agreed=True, words=f"Approved as {invoice.number}.")
    return Outcome(
        invoice,
        is_agreed=True,
        words="Your approval stands. A sum like this takes a second person, who was asked.",
    )


def _refused(chosen: Chosen, words: str) -> Outcome:
    invoice = Invoice.objects.select_related("issuer", "contract").get(pk=chosen.invoice_id)
    return Outcome(invoice, is_agreed=False, words=words)
