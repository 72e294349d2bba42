"""The page of a proposed rate: what an hour and a full week would cost, and who may answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from billing_site.kernel.money import Money, for_minutes, show
from billing_site.people.access import Deed
from invoices.models import Contract, RateProposal
from invoices.queries import history
from invoices.queries.costs import CostLine, CostView
from invoices.queries.history import Happening
from invoices.queries.hourly_terms import hourly_terms, next_monday
from invoices.queries.steps import Step
from invoices.queries.viewer import Viewer

S = RateProposal.State


@dataclass(frozen=True, slots=True)
class RateProposalPage:
    proposal: RateProposal
    contract: Contract
    sentence: str
    counts_from: datetime  # if the client agrees now
    cost: CostView
    is_open: bool
    may_answer: bool
    steps: list[Step]
    seen: dict[str, str]
    story: list[Happening]


def rate_proposal_page(proposal: RateProposal, viewer: Viewer, *, at: datetime) -> RateProposalPage:
    contract = proposal.contract
    monday, is_open = next_monday(at), proposal.is_open
    minutes = hourly_terms(contract, at=at).limit_minutes
    return RateProposalPage(
        proposal=proposal,
        contract=contract,
        sentence=_sentence(proposal, viewer),
        counts_from=monday,
        cost=_cost(proposal, minutes),
        is_open=is_open,
        may_answer=is_open and viewer.is_client and viewer.may(Deed.OFFER),
        steps=_steps(proposal, viewer),
        seen={"seen_rate": f"{show(proposal.rate)} from {monday:%Y-%m-%d}"},
        story=history.of_rate_proposals([proposal]),
    )


def _cost(proposal: RateProposal, minutes: int) -> CostView:
    def week(rate: Money) -> Money:
        return for_minutes(minutes, rate=rate)

    more = week(proposal.rate) - week(proposal.was)
    return CostView(
        lines=[
            CostLine("An hour costs", proposal.was),
            CostLine("An hour would cost", proposal.rate),
            CostLine("A week at the limit costs", week(proposal.was)),
        ],
        total=CostLine("A week would cost", week(proposal.rate)),
        others=[CostLine("More a week, at most", more)],
    )


def _sentence(proposal: RateProposal, viewer: Viewer) -> str:
    contract, rate = proposal.contract, show(proposal.rate)
    they = str(contract.client)
    if not viewer.is_client:
        asked = f"You ask for {rate} an hour, where it costs {show(proposal.was)}."
    else:
        asked = f"{contract.freelancer} asks for {rate} an hour instead of {show(proposal.was)}."
    return {
        S.PROPOSED: f"{asked} Without an answer it stays as it is.",
        S.ACCEPTED: f"{they} agreed to {rate} an hour.",
        S.DECLINED: f"{they} did not agree. An hour costs what it did.",
        S.WITHDRAWN: "Taken back. An hour costs what it did.",
        S.EXPIRED: "It is over without an answer.",
    }[S(proposal.state)]


def _steps(proposal: RateProposal, viewer: Viewer) -> list[Step]:
    if not proposal.is_open or viewer.is_client or not viewer.may(Deed.WORK):
        return []
    url = reverse("rate-proposal-withdrawal", args=[proposal.ref])
    return [Step("Take it back", url, post=True)]
