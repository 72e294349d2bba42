"""The disputes that wait for a word of one side."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from billing_site.people.access import Deed, allows
from billing_site.people.models import Membership, Organization
from disputes.models import Dispute, Question, Side
from disputes.models.dispute_rows import DisputeQuerySet
from invoices.queries.home import Waiting

S = Dispute.State


def speaks(membership: Membership) -> bool:
    """Whether this member speaks for their organization in its disputes."""
    deed = Deed.OFFER if membership.organization.is_client else Deed.WORK
    return allows(membership, deed)


def awaiting(organization: Organization) -> DisputeQuerySet:
    """Those in which silence of this side means something."""
    side = Side.CLIENT if organization.is_client else Side.FREELANCER
    asked = Question.objects.open().filter(dispute=OuterRef("pk"), side=side)
    unanswered = {"state": S.PROPOSED, f"proposal__{side}_answer": ""}
    return Dispute.objects.of(organization).filter(
        Q(state=S.OPEN, answered_at=None) & ~Q(side=side)
        | Q(**unanswered)
        | Q(state__in=[S.IN_MEDIATION, S.IN_APPEAL]) & Exists(asked)
    )


def waiting_for(membership: Membership) -> list[Waiting]:
    """As home shows them, the nearest date first."""
    if not speaks(membership):
        return []
    found = awaiting(membership.organization).told().order_by("act_by", "pk")
    return [_waiting(dispute, membership.organization) for dispute in found]


def _waiting(dispute: Dispute, organization: Organization) -> Waiting:
    contract = dispute.contract
    other = contract.freelancer if contract.client_id == organization.pk else contract.client
    words = {
        S.OPEN: f"{other} disputes “{dispute.escrow.title}”",
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
