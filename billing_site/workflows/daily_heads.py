"""The heads of both chains leave the database once a day: into the log, and by letter.

Who can write here can rewrite a chain from some row on; they cannot take back what was mailed.
"""

from __future__ import annotations

from datetime import datetime

import structlog
from django.conf import settings
from django.db import transaction

from billing_site.platform import audit_seals, letters
from ledger.queries.verifying import newest_head

logger = structlog.get_logger(__name__)


@transaction.atomic
def send_when_due(*, at: datetime) -> str:
    """Seal the record of who did what once a day, and tell both heads to whoever keeps them."""
    seal = audit_seals.seal_when_due()
    if seal is None:
        return "Not due."
    heads = {"books": newest_head(), "record": audit_seals.head()}
    logger.info("seal_heads", **heads, record_seal=seal.number, events=seal.events)
    letters.send(
        key=f"heads/{seal.number}",
        to=[(email, "") for email in settings.SEAL_HEADS_TO],
        subject=f"Seals of the books and of the record, number {seal.number}",
        template="seal_heads",
        context={"heads": heads, "sealed_at": seal.sealed_at},
        at=at,
    )
    return f"Told the heads after {seal.events} events."
