"""An arbiter's award: the document that they signed, its hash, and who bears the costs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from billing_site.kernel.money import Money
from billing_site.kernel.transitions import NotAllowed
from billing_site.people.models import User
from billing_site.platform import files
from disputes.models import AwardDocument, Decision, Dispute, Side
from disputes.services import deciding, shares
from disputes.services.bench import heard_by
from disputes.services.locking import lock
from invoices.services.invoicing import Upload
from invoices.services.repeating import sent


@dataclass(frozen=True, slots=True)
class Award:
    """What an award says beside its figure and its reasons."""

    document: str = ""  # the hash of the one that was uploaded
    costs_on: Side | None = None  # who bears both shares; None: each its own


@transaction.atomic
def upload(dispute_id: int, sent: Upload, *, by: User, at: datetime) -> AwardDocument:
    """Keep what the arbiter signed. Both sides read it once the award is in force.

    :raises NotYours: *by* is not the case's arbiter.
    :raises NotAllowed: it is no file that we keep.
    """
    dispute = heard_by(dispute_id, by, among=(Dispute.State.IN_ARBITRATION,))
    if dispute.decisions.to_confirm().exists():
        raise NotAllowed("An award waits for a second person already.")
    file = files.store(
        sent.content, name=sent.name, content_type=sent.content_type, owner=None, at=at
    )
    return AwardDocument.objects.create(
        dispute=dispute, file=file, sha256=file.sha256, by=by, at=at
    )


def newest(dispute: Dispute) -> AwardDocument | None:
    """What the arbiter of the arbitration that runs now has uploaded last."""
    began = dispute.shares.standing().order_by("at").first()
    since = began.at if began else dispute.opened_at
    found = dispute.award_documents.filter(by=dispute.mediator_id, at__gte=since)
    return found.select_related("file").order_by("-pk").first()


@transaction.atomic
def award(
    dispute_id: int,
    said: Award,
    *,
    figure: Money,
    reasons: str,
    plan_hash: str,
    by: User,
    at: datetime,
    op_id: UUID | None = None,
) -> Decision:
    """Decide for good, as the arbiter. An external one's document is kept, with its hash.

    It is carried out once, and costs follow in their own transaction. Raises as
    `deciding.decide`, which posts, last.

    :raises NotAllowed: the document is missing or no file we keep; no costs are to be shifted.
    """
    dispute = lock(dispute_id)
    form = sent(by, "dispute.award", f"dispute/{dispute.ref}", op_id=op_id, at=at)
    if form.is_again:  # The case is not in arbitration any more.
        return dispute.decisions.get(ref__in=form.made)
    dispute = heard_by(dispute_id, by, among=(Dispute.State.IN_ARBITRATION,))
    is_external = shares.is_external(dispute)
    paper = newest(dispute)
    if said.document != (paper.sha256 if paper else ""):
        raise NotAllowed("Another document was uploaded meanwhile: look at it first.")
    if is_external and paper is None:
        raise NotAllowed("Upload the award that the external arbiter signed.")
    if said.costs_on and not is_external:
        raise NotAllowed("Our panel costs nothing: there are no costs to shift.")
    decision = deciding.decide(
        dispute_id,
        figure=figure,
        reasons=reasons,
        plan_hash=plan_hash,
        by=by,
        at=at,
        document=paper.file if paper else None,
        costs_on=said.costs_on,
    )
    return form.answer(decision)
