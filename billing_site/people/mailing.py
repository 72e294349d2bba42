"""Whom to write to about an organization's business."""

from __future__ import annotations

from billing_site.people.access import Deed, roles_for
from billing_site.people.models import Membership, Organization, User
from billing_site.people.models.membership import MembershipQuerySet


def people(organization: Organization, deed: Deed) -> list[User]:
    """Return the users who may do *deed* for the organization, longest-standing first."""
    return [seat.user for seat in _who_may(organization, deed).select_related("user")]


def contacts(organization: Organization, deed: Deed) -> list[tuple[str, str]]:
    """Return the (e-mail, name) of each member who may do *deed*, longest-standing first."""
    return list(_who_may(organization, deed).values_list("user__email", "user__name"))


def members(organization: Organization, deed: Deed = Deed.VIEW) -> list[int]:
    """Return the keys of the users who may do *deed* for the organization."""
    return list(_who_may(organization, deed).values_list("user", flat=True))


def _who_may(organization: Organization, deed: Deed) -> MembershipQuerySet:
    seats = Membership.objects.live().filter(organization=organization)
    return seats.filter(role__in=roles_for(deed, organization)).order_by("since", "pk")
