"""What a mediator sees of a case: all of it, and what may be done with it now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from billing_site.kernel.money import Money
from billing_site.people.models import Membership, Organization, User
from disputes.models import Dispute, Proposal, Question
from disputes.models.sides import mediates, supervises
from disputes.queries.case_page import (
    Figure,
    Shown,
    Standing,
    figures_of,
    sentence_of,
    standing_of,
)
from disputes.queries.case_story import evidence_of, story_of
from disputes.queries.clock_words import Clock, clock_of
from disputes.queries.terms import Term, terms_of
from invoices.queries import money_trail
from invoices.queries.history import Happening
from invoices.queries.money_trail import Stop

S = Dispute.State
STAGES = {S.IN_MEDIATION, S.IN_APPEAL, S.IN_ARBITRATION}


@dataclass(frozen=True, slots=True)
class DeskCase:
    dispute: Dispute
    sentence: str
    client: Organization
    freelancer: Organization
    age: timedelta
    at_stake: Money
    terms: list[Term]
    clock: Clock | None
    figures: list[Figure]
    standing: list[Standing]
    story: list[Happening]
    evidence: list[Shown]
    stops: list[Stop]
    conflict: str  # why this member of staff must not hear it; empty where they may
    may_take: bool
    is_mine: bool
    may_ask: bool
    may_propose: bool
    may_decide: bool
    may_note: bool
    questions_left: int


def desk_case(dispute: Dispute, viewer: User, *, at: datetime) -> DeskCase:
    proposal = Proposal.objects.select_related("by").filter(dispute=dispute).first()
    questions = list(dispute.questions.order_by("number"))
    asked = next((it for it in questions if it.is_open(at=at)), None)
    conflict = conflict_of(dispute, viewer)
    is_mine = dispute.mediator_id == viewer.pk
    acts = is_mine and mediates(viewer) and asked is None and not conflict
    return DeskCase(
        dispute=dispute,
        sentence=sentence_of(dispute),
        client=dispute.contract.client,
        freelancer=dispute.contract.freelancer,
        age=(dispute.closed_at or at) - dispute.opened_at,
        at_stake=dispute.at_stake,
        terms=terms_of(dispute),
        clock=clock_of(dispute, proposal=proposal, asked=asked),
        figures=figures_of(dispute, side=None, speaks=False, at=at),
        standing=standing_of(dispute, proposal),
        story=story_of(dispute, dispute.messages.all(), is_staff=True),
        evidence=[Shown.of(each) for each in evidence_of(dispute)],
        stops=money_trail.stops_of(dispute.escrow, None, dispute.invoice, for_client=False, at=at),
        conflict=conflict,
        may_take=dispute.state in STAGES
        and not is_mine
        and not conflict
        and (supervises(viewer) or (dispute.mediator_id is None and mediates(viewer))),
        is_mine=is_mine,
        may_ask=acts and dispute.state == S.IN_MEDIATION and len(questions) < Question.MOST,
        may_propose=acts and dispute.state == S.IN_MEDIATION,
        may_decide=acts and dispute.state in STAGES,
        may_note=mediates(viewer) and not conflict,
        questions_left=Question.MOST - len(questions),
    )


def conflict_of(dispute: Dispute, viewer: User) -> str:
    """Whoever ever had a seat with one of the two, or decided before, does not hear it."""
    sides = [dispute.contract.client_id, dispute.contract.freelancer_id]
    seat = Membership.objects.filter(user=viewer, organization__in=sides)
    if found := seat.select_related("organization").order_by("pk").first():
        return f"You belong or belonged to {found.organization}: somebody else hears this."
    if dispute.state == S.IN_APPEAL and dispute.decisions.filter(by=viewer).exists():
        return "You decided this: the appeal is heard by somebody else."
    return ""
