"""The page of a request for money back: what is asked, what silence means, who may do what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from billing_site.kernel.money import show
from billing_site.people.access import Deed
from billing_site.people.models import Organization
from invoices.models import Contract, Milestone, RefundRequest
from invoices.queries import division, history
from invoices.queries.costs import CostLine, CostView
from invoices.queries.history import Happening
from invoices.queries.mediation import why_no_mediator
from invoices.queries.steps import Step
from invoices.queries.viewer import Viewer, other_side

S = RefundRequest.State


@dataclass(frozen=True, slots=True)
class RefundRequestPage:
    request: RefundRequest
    contract: Contract
    milestone: Milestone | None
    other: Organization
    is_client: bool
    sentence: str
    cost: CostView | None
    cost_title: str
    silence: str  # what happens at the deadline
    may_answer: bool
    is_refused: bool
    steps: list[Step]
    seen: dict[str, str]
    story: list[Happening]


def refund_request_page(
    request: RefundRequest, viewer: Viewer, *, at: datetime
) -> RefundRequestPage:
    contract, milestone = request.contract, request.milestone
    is_open = milestone is not None and milestone.state == Milestone.State.FUNDED
    cost = None
    seen = {"seen_request": f"{show(request.offered)}, {show(request.amount)}"}
    if milestone and is_open and request.state in {S.ASKED, S.REFUSED}:
        divided = division.division_of(milestone, request.offered_net, for_client=viewer.is_client)
        cost, seen = divided.cost, {"seen_request": divided.seen}
    elif milestone and request.state == S.GRANTED:
        cost = division.carried_out(milestone, for_client=viewer.is_client)
    elif milestone is None:
        cost = CostView(
            lines=[CostLine("Paid for it", request.held), CostLine("Asked back", -request.amount)],
            total=CostLine("Stays paid", request.offered),
        )
    return RefundRequestPage(
        request=request,
        contract=contract,
        milestone=milestone,
        other=other_side(viewer, contract),
        is_client=viewer.is_client,
        sentence=_sentence(request, viewer),
        cost=cost,
        cost_title="Where the money went" if request.state == S.GRANTED else "If it is granted",
        silence=_silence(request, viewer),
        may_answer=request.is_asked and not viewer.is_client and viewer.may(Deed.WORK),
        is_refused=request.state == S.REFUSED,
        steps=_steps(request, is_open=is_open, viewer=viewer, at=at),
        seen=seen,
        story=history.of_request(request),
    )


def _sentence(request: RefundRequest, viewer: Viewer) -> str:
    contract = request.contract
    who = "You" if viewer.is_client else str(contract.client)
    they = str(contract.freelancer) if viewer.is_client else "You"
    keep = "keeps" if viewer.is_client else "keep"
    part = f"{they} {keep} {show(request.offered)}" if request.offered else "Nothing is kept"
    return {
        S.ASKED: f"{who} asked on {request.asked_at.day} {request.asked_at:%B %Y}. {part}.",
        S.GRANTED: f"Granted: {show(request.amount)} {_went(request, viewer)}. {part}.",
        S.REFUSED: f"{they} refused. {_where(request)}",
        S.DISPUTED: f"It is in dispute. {_where(request)}",
        S.WITHDRAWN: "Withdrawn: it was asked anew, or paid in full.",
        S.CLOSED: _closed(request),
    }[S(request.state)]


def _went(request: RefundRequest, viewer: Viewer) -> str:
    return (
        "stayed with us as your credit" if request.as_credit and viewer.is_client else "went back"
    )


def _closed(request: RefundRequest) -> str:
    if not request.changes.filter(step="close").exists():
        return "Nobody answered: it is closed, and nothing moved."
    if request.kind == RefundRequest.Kind.RELEASED:
        return "The mediation about it is over, and what was paid stays where it is."
    return "The dispute about the money is over, and has said what becomes of it."


def _where(request: RefundRequest) -> str:
    if request.kind == RefundRequest.Kind.RELEASED:
        if request.state == S.DISPUTED:
            until = request.mediated_until
            return (
                "One of our mediators helps, and nobody decides: what was paid stays where it is "
                f"until you agree, and it is closed on {until.day} {until:%B %Y}."
            )
        return "What was paid stays theirs."
    if request.state == S.DISPUTED:
        return "The money stays held until the dispute says what becomes of it."
    return "The money stays held until you both agree."


def _silence(request: RefundRequest, viewer: Viewer) -> str:
    if not request.is_asked:
        return ""
    if request.kind == RefundRequest.Kind.RELEASED:
        return "Without an answer it is closed, and nothing moves."
    if viewer.is_client:
        becomes = "stays with us as your credit" if request.as_credit else "is sent to you"
        return f"Without an answer it counts as granted, and the money {becomes}."
    return "Without an answer it counts as granted: your part is paid, the rest goes back."


def _steps(request: RefundRequest, *, is_open: bool, viewer: Viewer, at: datetime) -> list[Step]:
    milestone = request.milestone
    if request.kind == RefundRequest.Kind.RELEASED:
        return _steps_of_released(request, viewer, at=at)
    if milestone is None or not is_open or request.state not in {S.ASKED, S.REFUSED}:
        return []
    if not viewer.is_client or not viewer.may(Deed.OFFER):
        return []
    return [
        Step(
            "Offer another figure",
            reverse("refund-request-new", args=[milestone.ref]),
            note="It asks anew, and they have seven days again.",
        ),
        Step(
            "Pay it in full",
            reverse("milestone-payment", args=[milestone.ref]),
            note=f"{show(milestone.gross)} to {request.contract.freelancer}, less our fee.",
        ),
    ]


def _steps_of_released(request: RefundRequest, viewer: Viewer, *, at: datetime) -> list[Step]:
    steps = []
    if request.state in {S.ASKED, S.REFUSED} and request.side_may_dispute(viewer.user):
        url = reverse("refund-request-mediation", args=[request.ref])
        why_not = why_no_mediator(request, at=at)
        note = (
            "" if why_not else "One of our team reads both sides and writes to both. Nothing moves."
        )
        steps.append(Step("Ask for a mediator", url, note=note, why_not=why_not))
    if request.state == S.DISPUTED and not viewer.is_client and viewer.may(Deed.WORK):
        url = reverse("refund-request-agreement", args=[request.ref])
        note = f"All of {show(request.asked_net)}, or a part of it, without VAT."
        steps.append(Step("Give a part back", url, kind="primary", note=note))
    return steps
