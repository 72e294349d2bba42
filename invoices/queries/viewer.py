"""Who looks at a page, and for which side of a contract."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from billing_site.kernel.money import Money
from billing_site.people.access import Deed, allows
from billing_site.people.models import Membership, Organization, User
from invoices.models import Contract, Invoice


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody, their membership as read within this request, and the side it puts them on."""

    user: User
    membership: Membership
    is_client: bool

    def may(self, deed: Deed, amount: Money | None = None) -> bool:
        return allows(self.membership, deed, amount)


def viewer_of(acting: Membership, contract: Contract) -> Viewer:
    """Return the side of *contract* that somebody sees: the one they act for, if it is a side."""
    sides = {contract.client_id, contract.freelancer_id}
    seat = acting
    if acting.organization_id not in sides:
        seats = Membership.objects.of(acting.user).filter(organization__in=sides)
        seat = seats.order_by("since", "pk").first() or acting
    return Viewer(acting.user, seat, is_client=seat.organization_id == contract.client_id)


def of_two_sides(invoice: Invoice) -> Invoice:
    """Have each row of *invoice* name its sides by the two organizations of its contract.

    They are read once with it: joined to each of its rows, they take longer to plan than to read.
    """
    contract, escrow, item = invoice.contract, invoice.escrow, invoice.open_item
    sides = {each.pk: each for each in (contract.client, contract.freelancer)}
    named: list[tuple[Any, str]] = [(invoice, "recipient"), (invoice, "issuer")]
    named += [(row, name) for row in (escrow, item) if row for name in ("client", "freelancer")]
    for row, name in named:
        if side := sides.get(getattr(row, f"{name}_id")):
            setattr(row, name, side)
    return invoice


def other_side(viewer: Viewer, contract: Contract) -> Organization:
    return contract.freelancer if viewer.is_client else contract.client
