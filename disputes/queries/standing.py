"""Proposals and decisions of a case, as both sides read them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from billing_site.kernel.money import Money
from disputes.models import Decision, Dispute, Proposal, Side
from invoices.queries.history import FileLink, file_link


@dataclass(frozen=True, slots=True)
class Standing:
    """A proposal or a decision, as both sides read it."""

    title: str
    by: str
    at: datetime
    reasons: str
    to_freelancer: Money
    to_client: Money
    note: str = ""
    file: FileLink | None = None  # an award as its arbiter signed it


def standing_of(dispute: Dispute, proposal: Proposal | None) -> list[Standing]:
    in_force = dispute.decisions.in_force().exclude(stage=Decision.Stage.PROPOSAL)
    decisions = in_force.select_related("by", "document").order_by("-at", "-pk")
    found = [_decision(each, dispute) for each in decisions]
    if proposal:
        found.append(
            Standing(
                "The mediator’s proposal",
                str(proposal.by),
                proposal.at,
                proposal.reasons,
                proposal.figure,
                dispute.at_stake - proposal.figure,
                _answers(proposal, dispute),
            )
        )
    return found


def waiting_of(decision: Decision, dispute: Dispute) -> Standing:
    """What a second person reads before they confirm it. It is not in force."""
    told = _decision(decision, dispute)
    title = f"{told.title}, which waits for a second person"
    is_proposal = decision.stage == Decision.Stage.PROPOSAL
    return replace(told, title=title, note="" if is_proposal else told.note)


def _decision(decision: Decision, dispute: Dispute) -> Standing:
    words = f"Why it may be decided: {decision.get_basis_display()}."
    if decision.costs_on:
        words += f" {dispute.organization_of(decision.costs_on)} bears both shares of the arbiter."
    return Standing(
        f"The {decision.get_stage_display()}",
        str(decision.by),
        decision.at,
        decision.reasons,
        decision.figure,
        dispute.at_stake - decision.figure,
        words,
        file_link(decision.document) if decision.document else None,
    )


def _answers(proposal: Proposal, dispute: Dispute) -> str:
    said = [
        f"{dispute.organization_of(side)}: {_answer(proposal, side)}."
        for side in (Side.CLIENT, Side.FREELANCER)
    ]
    return " ".join(said)


def _answer(proposal: Proposal, side: Side) -> str:
    words = {Proposal.Answer.ACCEPTED: "agreed", Proposal.Answer.REFUSED: "refused"}
    answer = proposal.answer_of(side)
    return words[Proposal.Answer(answer)] if answer else "has not answered"
