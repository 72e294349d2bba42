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
from invoices.queries.viewer import Viewer, other_side
from invoices.taxing import rate_words


@dataclass(frozen=True, slots=True)
class OfferPage:
    contract: Contract
    other: Organization
    is_client: bool
    may_offer: bool
    may_accept: bool
    milestones: list[Milestone]
    hourly: HourlyTermsView | None
    tax_words: str
    mine: CostView
    theirs: CostView


def offer_page(contract: Contract, viewer: Viewer, *, at: datetime) -> OfferPage:
    milestones = list(
        contract.milestones.exclude(state=Milestone.State.CANCELLED).order_by("position")
    )
    hourly = hourly_terms(contract, at=at) if contract.is_hourly else None
    prices = [hourly.week_price] if hourly else [each.price for each in milestones]
    cost = cost_of(contract, prices, on=at.date())
    often = "for such a week" if contract.is_hourly else "in all"
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
        tax_words=rate_words(contract.tax_treatment, contract.tax_bps),
        mine=client if viewer.is_client else freelancer,
        theirs=freelancer if viewer.is_client else client,
    )
