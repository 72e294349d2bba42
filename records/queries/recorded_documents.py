"""Whether documents still are what the record of who did what says that they were."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.db.models import Manager

from billing_site.platform.models import AuditEvent
from invoices.documents.freezing import sha256
from invoices.documents.recorded import KEPT, facts_of, subject_of
from invoices.models import CreditNote, FeeCreditNote, FeeInvoice, Invoice, Receipt
from invoices.models.document import Document
from records.models import Certificate, CollectiveStatement

DOCUMENTS: tuple[Manager[Any], ...] = (
    Invoice.objects,
    CreditNote.objects,
    FeeInvoice.objects,
    FeeCreditNote.objects,
    Receipt.objects,
    Certificate.objects,
    CollectiveStatement.objects,
)
AT_ONCE = 500
Facts = dict[str, list[dict[str, Any]]]  # what was recorded, by subject: once


def is_as_issued(document: Document) -> bool:
    """Tell whether it says what it said when it was issued, by its hash and by the record."""
    return not _difference(document, _recorded([document]))


def first_difference() -> tuple[int, str]:
    """Return how many documents are as they were recorded, and what is said of the first that is
    not; nothing where all are.
    """
    count = 0
    for documents in DOCUMENTS:
        issued = documents.exclude(number=None).order_by("pk").iterator(chunk_size=AT_ONCE)
        for some in _chunks(issued):
            recorded = _recorded(some)
            for document in some:
                if difference := _difference(document, recorded):
                    return count, difference
            count += len(recorded)
    return count, _gone(count)


def _difference(document: Document, recorded: Facts) -> str:
    facts = recorded.get(subject_of(document), [])
    named = f"{document._meta.verbose_name} {document.number}"  # noqa: SLF001 - Django's own way
    if not document.frozen or sha256(document.frozen) != document.frozen_sha256:
        return f"{named} does not say what it was issued with"
    if not facts and document.pdf_sha256:
        return f"{named} is not in the record"
    if len(facts) > 1:
        return f"{named} is in the record twice"
    if facts and facts[0] != facts_of(document):
        return f"{named} was changed after it was recorded"
    return ""


def _gone(count: int) -> str:
    """Name the first that was recorded, and is there no more."""
    kept = AuditEvent.objects.filter(deed=KEPT)
    if kept.count() == count:
        return ""
    known = {
        f"document/{code}"
        for documents in DOCUMENTS
        for code in documents.exclude(number=None).values_list("verification_code", flat=True)
    }
    for subject, facts in kept.order_by("pk").values_list("subject", "facts").iterator():
        if subject not in known:
            return f"document {facts.get('number')} was recorded and is gone"
    return ""


def _recorded(documents: Iterable[Document]) -> Facts:
    subjects = [subject_of(each) for each in documents]
    found = AuditEvent.objects.filter(deed=KEPT, subject__in=subjects).order_by("pk")
    recorded: Facts = defaultdict(list)
    for subject, facts in found.values_list("subject", "facts"):
        recorded[subject].append(facts)
    return dict(recorded)


def _chunks(found: Iterator[Document]) -> Iterator[list[Document]]:
    while some := list(islice(found, AT_ONCE)):
        yield some
