"""The page of one milestone: its price, its money, its invoice, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from billing_site.kernel.money import Money
from billing_site.people.access import Deed
from invoices.fees import Cost, cost_of
from invoices.models import Contract, Invoice, Milestone, RefundRequest
from invoices.queries import costs, history, money_trail
from invoices.queries.costs import CostView
from invoices.queries.history import Happening
from invoices.queries.milestone_rows import MilestoneRow, milestone_row
from invoices.queries.money_stops import Stop
from invoices.queries.papers import PaperLink, papers_of
from invoices.queries.viewer import Viewer
from payments.models import Charge, Escrow, Restriction
from payments.queries.credit import left_to_pay, words_for
from payments.queries.restricted import why_restricted


@dataclass(frozen=True, slots=True)
class MilestonePage:
    milestone: Milestone
    contract: Contract
    is_client: bool
    row: MilestoneRow
    may_fund: bool
    why_not_fund: str  # what keeps the client from it
    may_deliver: bool
    may_divide: bool  # decide about money that is held and not being reviewed
    may_contest: bool
    asked: RefundRequest | None
    invoice: Invoice | None
    cost: Cost
    shown_cost: CostView
    by_credit: str  # what of it the client's credit pays
    to_charge: Money  # what their credit leaves of it
    charge: Charge | None  # the payment that was begun last, for the client
    stops: list[Stop]
    story: list[Happening]
    papers: list[PaperLink]


def milestone_page(milestone: Milestone, viewer: Viewer, *, at: datetime) -> MilestonePage:
    contract = milestone.contract
    living = milestone.invoices.exclude(state=Invoice.State.WITHDRAWN)
    if viewer.is_client:
        living = living.filter(submitted_at__isnull=False)
    invoice = living.first()
    cost = cost_of(contract, [milestone.price], on=(milestone.funding_began_at or at).date())
    asked = milestone.refund_requests.order_by("-pk").first()
    row = milestone_row(milestone, invoice, viewer, asked=asked)
    step_url = row.step.url if row.step else ""
    may_fund = step_url == reverse("milestone-funding", args=[milestone.ref])
    funding = Restriction.Scope.FUNDING
    kept = why_restricted(funding, contract.client, viewer.user.pk) if may_fund else ""
    total = cost.client_pays
    by_credit = words_for(contract.client, total) if viewer.is_client else ""
    return MilestonePage(
        milestone=milestone,
        contract=contract,
        is_client=viewer.is_client,
        row=row,
        may_fund=may_fund and not kept,
        why_not_fund=kept,
        may_deliver=step_url == reverse("milestone-delivery", args=[milestone.ref]),
        may_divide=_may_divide(milestone, invoice, viewer),
        may_contest=milestone.state == Milestone.State.FUNDED
        and viewer.may(Deed.OFFER if viewer.is_client else Deed.WORK),
        asked=asked,
        invoice=invoice,
        cost=cost,
        shown_cost=_shown_cost(milestone, cost, viewer),
        by_credit=by_credit,
        to_charge=left_to_pay(contract.client, total) if by_credit else total,
        charge=_charge(milestone) if viewer.is_client else None,
        stops=money_trail.stops_of(
            milestone.escrow, None, invoice, for_client=viewer.is_client, at=at
        ),
        story=history.of_milestone(milestone),
        papers=papers_of(escrow=milestone.escrow, organization=viewer.membership.organization),
    )


def _shown_cost(milestone: Milestone, cost: Cost, viewer: Viewer) -> CostView:
    """What it costs; where a bank took a part of what is held for it, what is left."""
    contract, held = milestone.contract, milestone.escrow
    if held and held.state == Escrow.State.HELD and held.lost:
        if viewer.is_client:
            return costs.of_approval(held, str(contract.freelancer))
        return costs.of_release(held)
    draw = costs.as_client if viewer.is_client else costs.as_freelancer
    return draw(cost, contract)


def _may_divide(milestone: Milestone, invoice: Invoice | None, viewer: Viewer) -> bool:
    if not viewer.is_client or not viewer.may(Deed.OFFER):
        return False
    is_reviewed = invoice is not None and invoice.state in Invoice.REVIEWED
    return milestone.state == Milestone.State.FUNDED and not is_reviewed


def _charge(milestone: Milestone) -> Charge | None:
    if milestone.escrow is None:
        return None
    return Charge.objects.filter(settlements__escrow=milestone.escrow_id).last()
