"""What anybody who holds a document may know about it: what it says itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from invoices.documents import paper
from invoices.documents.freezing import sha256
from invoices.documents.paper import Paper
from invoices.models import CreditNote, FeeCreditNote, FeeInvoice, Invoice, Receipt


@dataclass(frozen=True, slots=True)
class Verification:
    paper: Paper
    issued_at: datetime
    frozen_sha256: str
    pdf_sha256: str
    is_intact: bool  # what is stored still has the hash that was taken when it was issued


def verification(code: str) -> Verification | None:
    """Return what the document with this code says, or None where there is none."""
    for model in (Invoice, CreditNote, FeeInvoice, FeeCreditNote, Receipt):
        document = model.objects.filter(verification_code=code).exclude(number=None).first()
        if document is not None and document.frozen and document.issued_at:
            return Verification(
                paper=paper.of(document.frozen),
                issued_at=document.issued_at,
                frozen_sha256=document.frozen_sha256,
                pdf_sha256=document.pdf_sha256,
                is_intact=sha256(document.frozen) == document.frozen_sha256,
            )
    return None
