"""What anybody who holds a document may know about it: what it says itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from invoices.documents import paper
from invoices.documents.paper import Paper
from invoices.models.document import Document
from records.queries.recorded_documents import DOCUMENTS, is_as_issued


@dataclass(frozen=True, slots=True)
class Verification:
    paper: Paper
    issued_at: datetime
    frozen_sha256: str
    pdf_sha256: str
    is_intact: bool  # it has the hashes that were taken and recorded when it was issued


@dataclass(frozen=True, slots=True)
class Check:
    """What somebody asked, by a code or by a file's hash, and what there is."""

    found: Verification | None = None
    code: str = ""
    digest: str = ""

    @property
    def heading(self) -> str:
        if self.found:
            return f"This document {'is genuine' if self.found.is_intact else 'was altered'}"
        if self.code:
            return "No document has this code"
        return "No document of ours is this file" if self.digest else "Check a document"

    @property
    def sentence(self) -> str:
        if self.found and self.digest:
            return "Your file is ours, to the last byte. This is what it says."
        if self.found:
            return (
                "Compare what it says with the paper in your hand. If anything differs, the paper"
                " is not ours."
            )
        if self.code:
            return "Look at the code under the QR again. Where it is right, the paper is not ours."
        if self.digest:
            return (
                "It was changed, printed anew, or never ours. Check by its code what the document"
                " really says."
            )
        return "Write the code that stands beside its QR, or show us the PDF."


def verification(code: str) -> Verification | None:
    """Return what the document with this code says, or None where there is none."""
    for documents in DOCUMENTS:
        found = documents.filter(verification_code=code).exclude(number=None).first()
        if found is not None:
            return _of(found)
    return None


def verification_of_file(sha256_: str) -> Verification | None:
    """Return what the document says whose kept PDF is exactly the file with this hash."""
    for documents in DOCUMENTS:
        found = documents.filter(pdf__sha256=sha256_).first()
        if found is not None:
            return _of(found)
    return None


def _of(document: Document) -> Verification:
    assert document.issued_at, "What has a number is issued."
    return Verification(
        paper=paper.of(document.says),
        issued_at=document.issued_at,
        frozen_sha256=document.frozen_sha256,
        pdf_sha256=document.pdf_sha256,
        is_intact=is_as_issued(document),
    )
