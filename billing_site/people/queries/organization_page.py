from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from billing_site.people.access import Deed, allows
from billing_site.people.countries import country_name
from billing_site.people.models import Invitation, Membership, Organization, TaxProfile


@dataclass(frozen=True, slots=True)
class OrganizationPage:
    organization: Organization
    country: str
    tax: TaxProfile | None
    members: list[Membership]
    invitations: list[Invitation]
    may_manage: bool


def organization_page(membership: Membership, *, at: datetime) -> OrganizationPage:
    """What a member sees of their organization. Invitations are for those who manage it."""
    ours = membership.organization
    may_manage = allows(membership, Deed.MANAGE)
    members = Membership.objects.live().filter(organization=ours).select_related("user")
    open_invitations = Invitation.objects.open(at=at).filter(organization=ours)
    return OrganizationPage(
        organization=ours,
        country=country_name(ours.country),
        tax=TaxProfile.objects.filter(organization=ours).first(),
        members=list(members.order_by("since", "pk")),
        invitations=list(open_invitations.order_by("created_at", "pk")) if may_manage else [],
        may_manage=may_manage,
    )
