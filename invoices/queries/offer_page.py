"""The whole of an offer, for whoever is about to send or to accept it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from billing_site.people.access import Deed
from billing_site.people.models import Organization
from invoices.fees import cost_of
from invoices.models import Contract, Milestone
from invoices.queries import costs
from invoices.queries.costs import CostView
from invoices.queries.hourly_terms import HourlyTermsView, hourly_terms
from invoices.queries.late_fees import policy_of, policy_words
from invoices.queries.prices import prices_of
from invoices.queries.project_link import project_url
from invoices.queries.retainer_terms import RetainerView, retainer_of
from invoices.queries.unprotected import late_words
from invoices.queries.viewer import Viewer, other_side
from invoices.taxing import rate_words
from payments.queries import charged_in
from payments.queries.paid_in import why_only_in

HOW_OFTEN = {
    Contract.Kind.FIXED: "in all",
    Contract.Kind.HOURLY: "for such a week",
    Contract.Kind.RETAINER: "for a whole period",
}


@dataclass(frozen=True, slots=True)
class OfferPage:
    contract: Contract
    other: Organization
    is_client: bool
    may_offer: bool
    may_accept: bool
    milestones: list[Milestone]
    hourly: HourlyTermsView | None
    retainer: RetainerView | None
    tax_words: str
    late_fee: str  # what paying late costs
    late: str  # hours would not be protected now, because the client does not pay
    project_url: str  # where the client says which project it is of; else nothing
    charged_in: str  # the currency of charges that nobody looks at, where it matters
    only_in: str  # no rate: what is earned is withdrawn in its own currency, or not at all
    mine: CostView
    theirs: CostView


def offer_page(contract: Contract, viewer: Viewer, *, at: datetime) -> OfferPage:
    milestones = list(
        contract.milestones.exclude(state=Milestone.State.CANCELLED).order_by("position")
    )
    hourly = hourly_terms(contract, at=at) if contract.is_hourly else None
    cost = cost_of(contract, prices_of(contract, at=at), on=at.date())
    often = HOW_OFTEN[Contract.Kind(contract.kind)]
    client = costs.as_client(cost, contract, total=f"{contract.client} pays {often}")
    freelancer = costs.as_freelancer(cost, contract, total=f"{contract.freelancer} receives")
    return OfferPage(
        contract=contract,
        other=other_side(viewer, contract),
        is_client=viewer.is_client,
        may_offer=viewer.is_client
        and viewer.may(Deed.OFFER)
        and contract.state == Contract.State.DRAFT,
        may_accept=not viewer.is_client
        and viewer.may(Deed.WORK)
        and contract.state == Contract.State.OFFERED,
        milestones=milestones,
        hourly=hourly,
        retainer=retainer_of(contract) if contract.is_retainer else None,
        tax_words=rate_words(contract.tax_treatment, contract.tax_bps),
        late_fee=policy_words(policy_of(contract)),
        late=late_words(contract, for_client=viewer.is_client, at=at),
        project_url=project_url(contract, viewer),
        charged_in=charged_in.of_contract(contract.client, contract.currency, at=at)
        if hourly or contract.is_retainer
        else "",
        only_in=why_only_in(contract.currency, contract.freelancer, at=at),
        mine=client if viewer.is_client else freelancer,
        theirs=freelancer if viewer.is_client else client,
    )
