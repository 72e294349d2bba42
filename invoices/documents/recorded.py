"""What the record of who did what holds of a document from the moment its file was drawn.

The record is sealed daily by a chain of hashes whose head leaves the database. So whoever changes
what a document says, and the hash beside it, is found by the record; and who changes the record
as well, by its chain.
"""

from __future__ import annotations

from invoices.models.document import Document

KEPT = "document.kept"


def subject_of(document: Document) -> str:
    """Return what the record calls it: by the code that is printed on it, which is its alone."""
    return f"document/{document.verification_code}"


def facts_of(document: Document) -> dict[str, str]:
    return {
        "number": document.number or "",
        "frozen_sha256": document.frozen_sha256,
        "pdf_sha256": document.pdf_sha256,
    }
