"""Who looks at a page, and for which side of a contract."""

from __future__ import annotations

from dataclasses import dataclass

from billing_site.kernel.money import Money
from billing_site.people.access import Deed, allows
from billing_site.people.models import Membership, Organization, User
from invoices.models import Contract


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


def other_side(viewer: Viewer, contract: Contract) -> Organization:
    return contract.freelancer if viewer.is_client else contract.client
