"""Everything about a case in one file: who, what was said, what was shown, decided and posted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from disputes.models import Dispute, Proposal
from disputes.models.conversation import MessageQuerySet
from disputes.queries.case_page import Shown, sentence_of
from disputes.queries.case_story import evidence_of, story_of
from disputes.queries.protection import Protection, protection_of
from disputes.queries.standing import Standing, standing_of
from disputes.queries.terms import Term, terms_of
from invoices.queries import money_trail
from invoices.queries.history import Happening
from ledger.queries.trail import Reference
from payments.queries.account_words import PostedEntry, in_words


@dataclass(frozen=True, slots=True)
class CaseFile:
    dispute: Dispute
    sentence: str
    made_at: datetime
    made_for: str
    terms: list[Term]
    standing: list[Standing]
    story: list[Happening]  # oldest first, as far as its reader may know it
    evidence: list[Shown]
    entries: list[PostedEntry]
    protection: Protection | None


def case_file(
    dispute: Dispute, messages: MessageQuerySet, *, made_for: str, at: datetime
) -> CaseFile:
    """*messages* are those that whom it is made for may read."""
    proposal = Proposal.objects.select_related("by").filter(dispute=dispute).first()
    story = story_of(dispute, messages)
    return CaseFile(
        dispute=dispute,
        sentence=sentence_of(dispute),
        made_at=at,
        made_for=made_for,
        terms=terms_of(dispute),
        standing=standing_of(dispute, proposal),
        story=story[::-1],
        evidence=[Shown.of(each) for each in evidence_of(dispute)],
        entries=in_words(
            money_trail.entries_of(dispute.escrow, dispute.invoice, *_arbitration(dispute)),
            reader=None,
        ),
        protection=protection_of(dispute) if dispute.is_about_hours else None,
    )


def _arbitration(dispute: Dispute) -> list[Reference]:
    """Under which names the books hold, return, spend and shift the shares of an arbiter."""
    return [("dispute", dispute.ref), ("arbitration", dispute.ref)]
