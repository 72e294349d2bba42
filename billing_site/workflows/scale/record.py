"""Notes what the copies of documents say: the record of who did what is not copied itself."""

from __future__ import annotations

from django.db.backends.utils import CursorWrapper

from invoices.documents.recorded import KEPT
from invoices.services.issuing import DRAWN
from records.queries.recorded_documents import DOCUMENTS

# What invoices.documents.recorded.facts_of() says of a document, of all at once.
_RECORD = """
INSERT INTO platform_auditevent (reason, deed, subject, facts, at, recorded_at)
SELECT %s, %s, 'document/' || verification_code,
       jsonb_build_object('number', number, 'frozen_sha256', frozen_sha256,
                          'pdf_sha256', pdf_sha256),
       issued_at, now()
  FROM {table} WHERE id >= %s AND pdf_sha256 <> '' ORDER BY id
"""


def record_copies(cursor: CursorWrapper, *, since: int) -> None:
    """Record each document that was drawn, from the key *since* on, as if it had been drawn now."""
    for documents in DOCUMENTS:
        table = documents.model._meta.db_table  # noqa: SLF001 - Django's documented way
        cursor.execute(_RECORD.format(table=f'"{table}"'), [DRAWN.reason, KEPT, since])
