"""The page on which a client approves some of the hours of a week, and sends the rest back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from billing_site.kernel.money import zero
from billing_site.people.access import Deed
from invoices.models import Invoice
from invoices.queries.billed_hours import Hours, hours_of
from invoices.queries.costs import CostLine, CostView
from invoices.queries.division_of_hours import DivisionOfHours, divide_hours
from invoices.queries.viewer import Viewer
from payments.models import Escrow


@dataclass(frozen=True, slots=True)
class HoursRow:
    hours: Hours
    goes_back: bool


@dataclass(frozen=True, slots=True)
class PartPage:
    invoice: Invoice
    rows: list[HoursRow]
    division: DivisionOfHours | None
    cost: CostView | None
    why_not: str


def part_page(invoice: Invoice, viewer: Viewer, returned: Collection[str]) -> PartPage:
    why_not = why_not_in_part(invoice, viewer)
    hours = [] if why_not else hours_of(invoice)
    if not why_not and len(hours) < 2:  # noqa: PLR2004 -- one piece is approved, or not
        why_not = "It is one piece of time: approve it, or ask for changes."
    division = None if why_not else divide_hours(invoice, returned)
    return PartPage(
        invoice=invoice,
        rows=[HoursRow(each, each.entry.ref in returned) for each in hours],
        division=division,
        cost=_cost(invoice, division) if division else None,
        why_not=why_not,
    )


def why_not_in_part(invoice: Invoice, viewer: Viewer) -> str:
    """Why this viewer cannot approve a part of it now; nothing if they can."""
    if invoice.source != Invoice.Source.WEEK:
        return "Only hours are approved in part."
    if not viewer.is_client or not viewer.may(Deed.APPROVE):
        return "Approving is for those who review for the client."
    if invoice.state != Invoice.State.SUBMITTED:
        return f"It is {invoice.get_state_display()}: there is nothing to approve."
    return _why_money_stays(invoice.escrow)


def _why_money_stays(held: Escrow | None) -> str:
    if held is None or held.state != Escrow.State.HELD:
        return "Your payment for it is not here yet: it can be divided once it is."
    if held.is_frozen:
        return "Its money is kept where it is while somebody decides about it."
    if held.lost:
        return "A bank took back a part of what was held for it: approve what is left as a whole."
    return ""


def _cost(invoice: Invoice, division: DivisionOfHours) -> CostView:
    approved, held = division.approved, invoice.escrow
    assert held, "Hours have an escrow from their lock on."
    gets = held.part(approved.gross, before=held.divided).net_to_freelancer
    return CostView(
        lines=[
            CostLine("You approve", approved.gross, note=approved.words),
            CostLine("Already held", -approved.gross),
        ],
        total=CostLine("To pay now", zero(invoice.currency)),
        others=[
            CostLine(f"{invoice.issuer} receives", gets),
            CostLine(
                "Goes back, and stays held", division.returned.gross, None, division.returned.words
            ),
        ],
    )
