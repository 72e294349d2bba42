"""Every document that an organization issued or received in some days, as it was kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Manager, Q, QuerySet

from billing_site.people.models import Organization
from invoices.models import CreditNote, FeeCreditNote, FeeInvoice, Invoice, Receipt
from invoices.models.document import Document
from records.models import Certificate, CollectiveStatement
from records.queries.lots import DAY, morning

AT_ONCE = 200  # rows; their files are read one by one


@dataclass(frozen=True, slots=True)
class Paper:
    folder: str
    ref: str
    document: Document


Whose = Callable[[Organization], Q]
_KINDS: list[tuple[str, Manager[Any], Whose]] = [
    ("invoices", Invoice.objects, lambda ours: Q(issuer=ours) | Q(recipient=ours)),
    ("credit-notes", CreditNote.objects, lambda ours: Q(issuer=ours) | Q(recipient=ours)),
    ("fee-invoices", FeeInvoice.objects, lambda ours: Q(recipient=ours)),
    ("fee-credit-notes", FeeCreditNote.objects, lambda ours: Q(fee_invoice__recipient=ours)),
    ("receipts", Receipt.objects, lambda ours: Q(recipient=ours)),
    ("certificates", Certificate.objects, lambda ours: Q(organization=ours)),
    ("collective-statements", CollectiveStatement.objects, lambda ours: Q(organization=ours)),
]


def count_of(ours: Organization, since: date, until: date) -> int:
    return sum(found.count() for _, found in _found(ours, since, until))


def papers_of(ours: Organization, since: date, until: date) -> Iterator[Paper]:
    """Yield what was issued from *since* to *until*, both days included, in UTC, kind by kind."""
    for folder, found in _found(ours, since, until):
        rows = found.select_related("pdf").order_by("issued_at", "pk")
        for document in rows.iterator(chunk_size=AT_ONCE):
            yield Paper(folder=folder, ref=document.ref, document=document)


def _found(
    ours: Organization, since: date, until: date
) -> Iterator[tuple[str, QuerySet[Any, Any]]]:
    for folder, documents, whose in _KINDS:
        yield (
            folder,
            documents.filter(
                whose(ours),
                number__isnull=False,
                issued_at__gte=morning(since),
                issued_at__lt=morning(until + DAY),
            ),
        )
