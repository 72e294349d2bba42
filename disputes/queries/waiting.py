"""The disputes that wait for a word of one side."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from billing_site.people.access import Deed, allows
from billing_site.people.models import Membership, Organization
from disputes.models import Dispute, Offer, Question, Side
from disputes.models.dispute_rows import DisputeQuerySet
from invoices.queries.home import Waiting

S = Dispute.State
UNMEDIATED = (S.OPEN, S.UNRESOLVED, S.ARBITRATION_PENDING)  # only an offer can end it


def speaks(membership: Membership) -> bool:
    """Whether this member speaks for their organization in its disputes."""
    deed = Deed.OFFER if membership.organization.is_client else Deed.WORK
    return allows(membership, deed)


def awaiting(organization: Organization) -> DisputeQuerySet:
    """Those in which this side can do something: answer, accept an offer, or make one.

    Who opened a case waits until the other side has answered it.
    """
    side = Side.CLIENT if organization.is_client else Side.FREELANCER
    asked = Question.objects.open().filter(dispute=OuterRef("pk"), side=side)
    unanswered = {"state": S.PROPOSED, f"proposal__{side}_answer": ""}
    return Dispute.objects.of(organization).filter(
        Q(state=S.OPEN) & ~Q(side=side, answered_at=None)
        | Q(state__in=UNMEDIATED) & Exists(_to_accept(side))
        | Q(**unanswered)
        | Q(state__in=[S.IN_MEDIATION, S.IN_APPEAL]) & Exists(asked)
    )


def waiting_for(membership: Membership) -> list[Waiting]:
    """As home shows them, the nearest date first."""
    if not speaks(membership):
        return []
    ours = membership.organization
    offers = _to_accept(Side.CLIENT if ours.is_client else Side.FREELANCER)
    found = awaiting(ours).told().annotate(accept_by=Subquery(offers.values("expires_at")[:1]))
    return [_waiting(each, ours) for each in found.order_by("act_by", "pk")]


def _to_accept(side: Side) -> QuerySet[Offer]:
    """Of a dispute: the offer that the other side has made."""
    return Offer.objects.standing().filter(dispute=OuterRef("pk")).exclude(side=side)


def _waiting(dispute: Any, organization: Organization) -> Waiting:
    contract = dispute.contract
    is_client = contract.client_id == organization.pk
    other = contract.freelancer if is_client else contract.client
    is_ours = dispute.side == (Side.CLIENT if is_client else Side.FREELANCER)
    is_answered = dispute.answered_at or is_ours
    if dispute.state in UNMEDIATED and dispute.accept_by and is_answered:
        return Waiting(
            words=f"{other} offers to settle “{dispute.escrow.title}”",
            note=f"{contract.title} · accept it, or name another figure",
            amount=dispute.at_stake,
            url=dispute.get_absolute_url(),
            badge=f"accept by {_day(dispute.accept_by)}",
            tone="wait",
        )
    opened = f"{other} disputes “{dispute.escrow.title}”"
    words = {
        S.OPEN: f"Settle the dispute about “{dispute.escrow.title}”"
        if dispute.answered_at
        else opened,
        S.PROPOSED: f"Answer the mediator’s proposal for “{dispute.escrow.title}”",
    }
    return Waiting(
        words=words.get(S(dispute.state), f"The mediator asks you about “{dispute.escrow.title}”"),
        note=f"{contract.title}, with {other}",
        amount=dispute.at_stake,
        url=dispute.get_absolute_url(),
        badge=f"answer by {_day(dispute.act_by)}" if dispute.act_by else "answer",
        tone="wait",
    )


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B}"
