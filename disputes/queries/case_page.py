"""The page of a dispute: its clock, the two figures, what was said, where the money is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from billing_site.kernel.money import Money, show
from billing_site.kernel.transitions import may_take
from billing_site.people.models import Organization, User
from disputes.models import Dispute, Evidence, Offer, Proposal, Question, Side
from disputes.models.dispute_rows import HEARD
from disputes.queries.case_story import evidence_of, story_of
from disputes.queries.clock_words import Clock, clock_of
from disputes.queries.protection import Protection, protection_of
from disputes.queries.settlement_preview import proposal_fits
from disputes.queries.standing import Standing, standing_of
from invoices.queries import money_trail
from invoices.queries.history import FileLink, Happening, file_link
from invoices.queries.money_stops import Stop
from invoices.queries.steps import Step
from invoices.queries.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Figure:
    """What one side would agree to, and what each would have of it after all fees."""

    who: str
    is_mine: bool
    offer: Offer | None
    freelancer_gets: Money | None
    client_gets: Money | None
    may_accept: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A file that a side showed, with its hash."""

    description: str
    by: str
    at: datetime
    sha256: str
    file: FileLink | None  # of whoever may open it

    @classmethod
    def of(cls, evidence: Evidence) -> Shown:
        by, link = str(evidence.by), file_link(evidence.file)
        return cls(evidence.description, by, evidence.at, evidence.sha256, link)


@dataclass(frozen=True, slots=True)
class CasePage:
    dispute: Dispute
    client: Organization
    freelancer: Organization
    other: Organization
    side: Side
    sentence: str
    clock: Clock | None
    figures: list[Figure]
    standing: list[Standing]
    story: list[Happening]
    evidence: list[Shown]
    stops: list[Stop]
    may_speak: bool
    may_offer: bool
    may_show: bool
    may_answer: bool  # the proposal
    fits: bool  # the proposal, to the money as it is now
    was_proposed: bool  # whoever withdraws it then does not open it again
    asked: Question | None  # what this side is asked by the mediator
    steps: list[Step]
    evidence_left: int
    protection: Protection | None


def case_page(dispute: Dispute, viewer: Viewer, *, at: datetime) -> CasePage:
    side = Side.CLIENT if viewer.is_client else Side.FREELANCER
    contract, user = dispute.contract, viewer.user
    speaks = dispute.side_of(user) is not None
    proposal = Proposal.objects.select_related("by").filter(dispute=dispute).first()
    asked = dispute.questions.open().order_by("pk").first() if dispute.state in HEARD else None
    evidence = evidence_of(dispute)
    fits = proposal_fits(dispute, proposal, at=at)
    return CasePage(
        dispute=dispute,
        client=contract.client,
        freelancer=contract.freelancer,
        other=dispute.organization_of(side.other),
        side=side,
        sentence=sentence_of(dispute),
        clock=clock_of(dispute, proposal=proposal, fits=fits, asked=asked),
        figures=figures_of(dispute, side=side, speaks=speaks, at=at),
        standing=standing_of(dispute, proposal),
        story=story_of(dispute, dispute.messages.visible_to(user)),
        evidence=[Shown.of(each) for each in evidence],
        stops=money_trail.stops_of(
            dispute.escrow, None, dispute.invoice, for_client=viewer.is_client, at=at
        ),
        may_speak=speaks and dispute.is_running,
        may_offer=speaks and dispute.is_running,
        may_show=speaks and dispute.takes_evidence and len(evidence) < Evidence.MOST,
        was_proposed=proposal is not None,
        may_answer=speaks and _is_unanswered(proposal, dispute, side),
        fits=fits,
        asked=asked if asked and asked.side == side else None,
        steps=_steps(dispute, user, is_asked=speaks and asked is not None and asked.side == side),
        evidence_left=Evidence.MOST - len(evidence),
        protection=protection_of(dispute) if dispute.is_about_hours else None,
    )


def figures_of(dispute: Dispute, *, side: Side | None, speaks: bool, at: datetime) -> list[Figure]:
    """Both sides' figures, the client's first; a side that has named none has None."""
    standing = {offer.side: offer for offer in dispute.offers.standing(at=at)}
    return [_figure(dispute, each, standing.get(each), side=side, speaks=speaks) for each in Side]


def parts_of(dispute: Dispute, figure: Money) -> tuple[Money, Money]:
    """Return what the freelancer and the client have of *figure* after all fees and taxes."""
    work, back = dispute.escrow.division(figure)
    return work.net_to_freelancer, back.client_total


def sentence_of(dispute: Dispute) -> str:
    figure = dispute.figure
    if dispute.has_outcome and figure is not None:
        back = dispute.at_stake - figure
        outcome = (
            f"{show(figure)} for {dispute.contract.freelancer}"
            f"{' before our fee' if figure else ''}, {show(back)} back to "
            f"{dispute.contract.client}{', with our fee on it' if back else ''}."
        )
        if dispute.split_at is None:
            return f"{outcome} The money moves once nothing else keeps it."
        return outcome
    if not dispute.is_running:
        return "It is over, and nothing was divided. The invoice goes on where it stood."
    return (
        f"{show(dispute.at_stake)} is frozen: nothing leaves until this is settled or decided. "
        "The rest of the contract goes on."
    )


def _figure(
    dispute: Dispute, each: Side, offer: Offer | None, *, side: Side | None, speaks: bool
) -> Figure:
    gets = parts_of(dispute, offer.figure) if offer and dispute.is_running else (None, None)
    return Figure(
        who=str(dispute.organization_of(each)),
        is_mine=each == side,
        offer=offer,
        freelancer_gets=gets[0],
        client_gets=gets[1],
        may_accept=offer is not None and each != side and speaks and dispute.is_running,
    )


def _is_unanswered(proposal: Proposal | None, dispute: Dispute, side: Side) -> bool:
    if proposal is None or dispute.state != Dispute.State.PROPOSED:
        return False
    return not proposal.answer_of(side)


def _may_join(dispute: Dispute, user: User) -> bool:
    """Whether the other side has chosen arbitration, and this one has not."""
    if dispute.state != Dispute.State.ARBITRATION_PENDING:
        return False
    side = dispute.side_of(user)
    return side is not None and not dispute.shares.standing().filter(side=side).exists()


def _steps(dispute: Dispute, user: User, *, is_asked: bool) -> list[Step]:
    """What may be done with the case itself, beside figures, words and evidence."""
    steps = []
    if is_asked:
        url = reverse("dispute-question", args=[dispute.ref])
        steps.append(Step("Answer the mediator", url, kind="primary"))
    if may_take(dispute.pay_share, user) or _may_join(dispute, user):
        note = "Somebody who has not heard it decides for good."
        url = reverse("dispute-arbitration", args=[dispute.ref])
        steps.append(Step("Choose arbitration", url, note=note))
    if may_take(dispute.appeal, user):
        note = "Once, and somebody else hears it."
        steps.append(Step("Appeal", reverse("dispute-appeal", args=[dispute.ref]), note=note))
    if may_take(dispute.escalate, user):
        note = "You need not wait for the date above."
        url = reverse("dispute-mediation", args=[dispute.ref])
        steps.append(Step("Ask for a mediator now", url, note=note))
    if may_take(dispute.withdraw, user):
        note = "Nothing is divided; the invoice goes on where it stood."
        url = reverse("dispute-withdrawal", args=[dispute.ref])
        steps.append(Step("Withdraw the dispute", url, kind="quiet", note=note))
    url = reverse("dispute-file", args=[dispute.ref])
    steps.append(Step("The whole case as a PDF", url, kind="quiet"))
    return steps
