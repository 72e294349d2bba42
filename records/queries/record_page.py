"""One transaction: what it was, what is in it, and the postings that say so."""

from __future__ import annotations

from dataclasses import dataclass

from billing_site.people.models import Organization
from ledger.queries import records, trail
from payments.queries.account_words import PostedEntry, in_words
from records.queries.transactions import Row, rows_of


@dataclass(frozen=True, slots=True)
class RecordPage:
    row: Row
    entry: PostedEntry
    is_client: bool


def record_page(organization: Organization, number: int) -> RecordPage | None:
    """Return the transaction as the organization sees it; None if it is not theirs."""
    found = records.one(organization.pk, number)
    if found is None:
        return None
    [row] = rows_of(organization, [found])
    [entry] = in_words([trail.one(number)], reader=organization)
    return RecordPage(row=row, entry=entry, is_client=organization.is_client)
