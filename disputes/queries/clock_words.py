"""The clock of a dispute in words: until when, for whom it runs, and what silence means."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from billing_site.kernel.money import show
from disputes.models import Dispute, Proposal, Question, Side

S = Dispute.State
# What silence means, and what the time is for.
ANSWERED = ("If you do not agree, a mediator takes the case.", "to agree between you")
BY_STATE = {
    S.OPEN: (
        "If {other} says nothing, a mediator takes the case with what there is.",
        "for {other} to answer",
    ),
    S.PROPOSED: ("Silence counts as yes: {outcome}", "to answer the proposal"),
    S.UNRESOLVED: (
        """Whoever alone chooses arbitration gets the money; from that choice on the other side
        has three business days at least to choose it as well. If nobody chooses it by then, the
        last proposal stands: {outcome}""",
        "to choose arbitration",
    ),
    S.ARBITRATION_PENDING: (
        "If the other side does not choose it by then, the money goes to the one that did.",
        "for the other side to choose arbitration",
    ),
    S.DECIDED: ("Without an appeal the decision stands for good: {outcome}", "to appeal"),
}
UNFIT = ("Silence counts as no: it does not fit any more.", "to answer the proposal")
WITH_STAFF = (
    """If our staff does nothing by then, their supervisor is called and both sides are told.
    Nothing is decided by that.""",
    "for our staff to act",
)


@dataclass(frozen=True, slots=True)
class Clock:
    """A date of components/deadline.html: `then` is what happens if nobody does anything."""

    at: datetime
    then: str
    verb: str
    over: str = "The time is over: it happens within a minute"


def clock_of(
    dispute: Dispute, *, proposal: Proposal | None, fits: bool, asked: Question | None
) -> Clock | None:
    """Return what the case waits for; nothing once it is over, or while an arbiter has it.

    *fits*: what settlement_preview.proposal_fits() says.
    """
    if asked:
        side = dispute.organization_of(asked.side)
        return Clock(
            asked.answer_by,
            f"The mediator asked {side} something. Without an answer the case is decided with "
            "what there is, and can be appealed once.",
            f"for {side} to answer",
        )
    if dispute.act_by is None:
        return None
    then, verb = _words(dispute, proposal, fits=fits)
    return Clock(dispute.act_by, then, verb)


def _words(dispute: Dispute, proposal: Proposal | None, *, fits: bool) -> tuple[str, str]:
    if dispute.state == S.PROPOSED and not fits:
        return UNFIT
    is_answered = dispute.state == S.OPEN and dispute.answered_at is not None
    then, verb = ANSWERED if is_answered else BY_STATE.get(S(dispute.state), WITH_STAFF)
    facts = {
        "other": str(dispute.organization_of(Side(dispute.side).other)),
        "outcome": _outcome(dispute, proposal)
        if fits
        else "what is left is divided in its proportion.",
    }
    return " ".join(then.format(**facts).split()), verb.format(**facts)


def _outcome(dispute: Dispute, proposal: Proposal | None) -> str:
    figure = proposal.figure if proposal else dispute.figure
    if figure is None:
        return "the money is divided by it."
    back = dispute.at_stake - figure
    freelancer, client = dispute.contract.freelancer, dispute.contract.client
    before_fee = " before our fee" if figure else ""
    return f"{show(figure)} to {freelancer}{before_fee}, {show(back)} back to {client}."
