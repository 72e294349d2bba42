"""Which kinds of rows hang on an invoice: most have few of them, and its page need not look."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from billing_site.kernel.prepared import Prepared
from invoices.models import Approval, CreditNote, Invoice, LateFee, RefundRequest, WriteOff
from payments.models import Charge

_WAITING: dict[str, Any] = {"collection__isnull": False, "state__in": Charge.WAITING}
# Charges that we make by ourselves, by what they are for.
CHARGES: dict[str, QuerySet[Any]] = {
    "charges_to_hold": Charge.objects.filter(settlements__escrow=OuterRef("escrow"), **_WAITING),
    "charges_owed": Charge.objects.filter(settlements__open_item=OuterRef("open_item"), **_WAITING),
    "charges_advanced": Charge.objects.filter(
        settlements__escrow__advance=OuterRef("open_item"), **_WAITING
    ),
}
_KINDS: dict[str, QuerySet[Any]] = {
    "approvals": Approval.objects.filter(invoice=OuterRef("pk")),
    "credit_notes": CreditNote.objects.filter(invoice=OuterRef("pk")),
    "write_offs": WriteOff.objects.filter(invoice=OuterRef("pk")),
    "refund_requests": RefundRequest.objects.filter(invoice=OuterRef("pk")),
    "late_fees": LateFee.objects.filter(overdue=OuterRef("pk")),
    "corrected_by": Invoice.objects.filter(corrects=OuterRef("pk")),
    **CHARGES,
}


def hanging_on(invoice: Invoice) -> AbstractSet[str]:
    """Return the names of those that there is at least one of."""
    found = _ASKED.one("", invoice.pk)
    return {kind for kind in _KINDS if found[f"has_{kind}"]}


def _asked(_kind: str, invoice: int) -> QuerySet[Any, Any]:
    asked = {f"has_{kind}": Exists(rows) for kind, rows in _KINDS.items()}
    return Invoice.objects.filter(pk=invoice).order_by().values(**asked)


_ASKED = Prepared(_asked)
