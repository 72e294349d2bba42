"""What our staff see of a case, a mediator all of it, and what may be done with it now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Q
from django.urls import reverse

from billing_site.kernel.money import Money
from billing_site.people import staff
from billing_site.people.models import Membership, Organization, User
from disputes.models import Decision, Dispute, Proposal, Question
from disputes.models.dispute_rows import FOR_STAFF, HEARD
from disputes.models.sides import MEDIATE, mediates, supervises
from disputes.queries.case_page import (
    Figure,
    Shown,
    figures_of,
    sentence_of,
)
from disputes.queries.case_story import evidence_of, story_of
from disputes.queries.clock_words import Clock, clock_of
from disputes.queries.protection import Protection, protection_of
from disputes.queries.settlement_preview import proposal_fits
from disputes.queries.standing import Standing, standing_of, waiting_of
from disputes.queries.terms import Term, terms_of
from disputes.small_claims import is_small
from invoices.queries import money_trail
from invoices.queries.history import FileLink, Happening, file_link
from invoices.queries.money_stops import Stop
from invoices.queries.steps import Step

S = Dispute.State
PAPER = "Its hash is kept, and the award is given over this very file."


@dataclass(frozen=True, slots=True)
class DeskCase:
    dispute: Dispute
    sentence: str
    client: Organization
    freelancer: Organization
    age: timedelta
    at_stake: Money
    hears: User | None
    terms: list[Term]
    clock: Clock | None
    figures: list[Figure]
    standing: list[Standing]
    story: list[Happening]
    evidence: list[Shown]
    paper: FileLink | None  # what an arbiter has signed, before the award is given over it
    stops: list[Stop]
    conflict: str  # why this member of staff must not hear it; empty where they may
    may_decide: bool
    to_confirm: Decision | None
    steps: list[Step]
    protection: Protection | None


def desk_case(dispute: Dispute, viewer: User, *, at: datetime) -> DeskCase:
    proposal = Proposal.objects.select_related("by").filter(dispute=dispute).first()
    questions = list(dispute.questions.order_by("number"))
    asked = next((it for it in questions if it.is_open(at=at)), None)
    seat = seat_with_a_side(dispute, viewer)
    conflict = conflict_of(dispute, viewer, seat)
    reads_all = reads_all_of(viewer, seat)
    messages = dispute.messages.all() if reads_all else dispute.messages.to_both()
    left = Question.MOST - len(questions)
    waiting = dispute.decisions.to_confirm().select_related("by", "document")
    to_confirm = waiting.order_by("pk").first()
    standing = standing_of(dispute, proposal)
    story = story_of(dispute, messages)
    evidence = [Shown.of(each) for each in evidence_of(dispute)]
    if not reads_all:  # no links to files that they could not open
        standing = [replace(each, file=None) for each in standing]
        story = [replace(each, files=[]) for each in story]
        evidence = [replace(each, file=None) for each in evidence]
    acts = dispute.who_mediates(viewer) and asked is None and not conflict
    return DeskCase(
        dispute=dispute,
        sentence=sentence_of(dispute),
        client=dispute.contract.client,
        freelancer=dispute.contract.freelancer,
        age=(dispute.closed_at or at) - dispute.opened_at,
        at_stake=dispute.at_stake,
        hears=dispute.who_hears if dispute.is_running else dispute.mediator,
        terms=terms_of(dispute),
        clock=clock_of(
            dispute,
            proposal=proposal,
            fits=proposal_fits(dispute, proposal, at=at),
            asked=asked,
        ),
        figures=figures_of(dispute, side=None, speaks=False, at=at),
        standing=[
            *([waiting_of(to_confirm, dispute)] if to_confirm and reads_all else []),
            *standing,
        ],
        story=story,
        evidence=evidence,
        paper=_paper(dispute) if reads_all else None,
        stops=money_trail.stops_of(
            dispute.escrow, None, dispute.invoice, for_client=False, at=at, tells_debts=False
        ),
        conflict=conflict,
        may_decide=acts and dispute.state in FOR_STAFF and _may_decide(dispute, questions),
        to_confirm=to_confirm,
        steps=[]
        if conflict
        else [
            *_steps(dispute, viewer, acts=acts, left=left, second=to_confirm),
            *([_pdf(dispute)] if reads_all else []),
        ],
        protection=protection_of(dispute) if dispute.is_about_hours else None,
    )


def _paper(dispute: Dispute) -> FileLink | None:
    if dispute.state != S.IN_ARBITRATION:
        return None
    newest = dispute.award_documents.select_related("file").order_by("-pk").first()
    return file_link(newest.file) if newest and newest.by_id == dispute.mediator_id else None


def mediators_beside(viewer: User) -> list[User]:
    return list(staff.who_hold(MEDIATE).exclude(pk=viewer.pk).order_by("name", "pk"))


def _may_decide(dispute: Dispute, questions: list[Question]) -> bool:
    """Hours, small claims, a question without an answer, an appeal; the service asks again."""
    is_silent = any(it.unanswered_at for it in questions)
    small = is_small(dispute.at_stake)
    if dispute.state in {S.IN_APPEAL, S.IN_ARBITRATION}:
        return True
    return dispute.is_about_hours or small or is_silent


def _steps(
    dispute: Dispute, viewer: User, *, acts: bool, left: int, second: Decision | None
) -> list[Step]:
    def url(noun: str) -> str:
        return reverse(f"admin:disputes_dispute_{noun}", args=[dispute.ref])

    steps: list[Step] = []
    waits, is_heard = dispute.state in FOR_STAFF, dispute.state in HEARD
    rules = acts and second is None  # what waits for a second person is not overtaken
    is_mine = dispute.who_mediates(viewer)
    if waits and dispute.who_hears is None and mediates(viewer):
        steps.append(Step("Take the case", url("taking"), kind="primary", post=True))
    if rules and waits:
        note = "Exactly what a figure posts, bills and credits, before anybody agrees."
        steps.append(Step("Preview a settlement", url("settlement"), kind="primary", note=note))
    if rules and is_heard and left:
        steps.append(Step("Ask a side", url("question"), note=f"{left} of 2 questions are left."))
    if rules and dispute.state == S.IN_ARBITRATION:
        steps.append(Step("Upload the signed award", url("award"), note=PAPER))
    if acts and dispute.state == S.IN_ARBITRATION:
        note = "Both sides can agree, or choose arbitration anew."
        steps.append(Step("Discontinue", url("discontinuance"), kind="quiet", note=note))
    if second and second.by_id != viewer.pk and mediates(viewer):
        what, note = second.get_stage_display(), "It is above its maker’s cap: it takes two."
        steps.append(Step(f"Confirm the {what}", url("confirmation"), post=True, note=note))
        steps.append(Step("Send it back", url("refusal"), kind="quiet"))
    if dispute.is_running and (is_mine or supervises(viewer)):
        steps.append(Step("Write, or keep a note", url("message")))
    may_give = waits and second is None and (is_mine or supervises(viewer))
    if may_give and mediators_beside(viewer):
        steps.append(Step("Hand it over", url("handing-over"), kind="quiet"))
    return steps


def _pdf(dispute: Dispute) -> Step:
    url = reverse("admin:disputes_dispute_file", args=[dispute.ref])
    return Step("The whole case as a PDF", url, kind="quiet")


def reads_all_of(viewer: User, seat: Membership | None) -> bool:
    """Whether they also read what one side wrote to the mediator alone, and open the files.

    Who hears or supervises cases of others does; the rest of our staff read what both sides read.
    """
    return seat is None and (mediates(viewer) or supervises(viewer))


def seat_with_a_side(dispute: Dispute, viewer: User) -> Membership | None:
    """Who has or had one reads at the desk what both sides read, and does nothing there."""
    sides = [dispute.contract.client_id, dispute.contract.freelancer_id]
    seats = Membership.objects.filter(user=viewer, organization__in=sides)
    return seats.select_related("organization").order_by("pk").first()


def conflict_of(dispute: Dispute, viewer: User, seat: Membership | None) -> str:
    """Whoever ever had a *seat* with one of the two, or decided before, does not hear it."""
    if seat:
        return f"You belong or belonged to {seat.organization}: somebody else hears this."
    proposed = Proposal.objects.filter(dispute=dispute, by=viewer)
    is_anew = dispute.state in {S.IN_APPEAL, S.IN_ARBITRATION} and dispute.mediator_id != viewer.pk
    ruled = dispute.decisions.filter(Q(by=viewer) | Q(confirmed_by=viewer))
    if is_anew and (proposed.exists() or ruled.exists()):
        return (
            "You proposed or decided in this case, alone or as the second person: somebody else "
            "hears it now."
        )
    return ""
