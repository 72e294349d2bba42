from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from billing_site.people.access import BOUND_BY_LIMIT, Deed, allows, deeds_of
from billing_site.people.countries import country_name
from billing_site.people.models import Delegation, Invitation, Membership, Organization, TaxProfile


@dataclass(frozen=True, slots=True)
class Cover:
    """Somebody approves for somebody, now or soon; `may_end` by this viewer."""

    delegation: Delegation
    last_moment: datetime
    may_end: bool


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who acts for it; a limit is for those whose role spends."""

    seat: Membership
    spends: bool


@dataclass(frozen=True, slots=True)
class OrganizationPage:
    organization: Organization
    country: str
    tax: TaxProfile | None
    members: list[Member]
    invitations: list[Invitation]
    covers: list[Cover]
    may_manage: bool
    may_delegate: bool


def organization_page(membership: Membership, *, at: datetime) -> OrganizationPage:
    """What a member sees of their organization. Invitations are for those who manage it."""
    ours = membership.organization
    may_manage = allows(membership, Deed.MANAGE)
    seats = Membership.objects.live().filter(organization=ours).select_related("user")
    open_invitations = Invitation.objects.open(at=at).filter(organization=ours)
    return OrganizationPage(
        organization=ours,
        country=country_name(ours.country),
        tax=TaxProfile.objects.filter(organization=ours).first(),
        members=[_member(seat, ours) for seat in seats.order_by("since", "pk")],
        invitations=list(open_invitations.order_by("created_at", "pk")) if may_manage else [],
        covers=_covers(membership, at=at) if ours.is_client else [],
        may_manage=may_manage,
        may_delegate=ours.is_client and allows(membership, Deed.APPROVE),
    )


def _member(seat: Membership, ours: Organization) -> Member:
    return Member(seat, spends=bool(BOUND_BY_LIMIT & deeds_of(seat.role, ours)))


def approvers_of(organization: Organization) -> list[Membership]:
    """Return the members whose role approves work, longest-standing first."""
    seats = Membership.objects.live().filter(organization=organization)
    seats = seats.select_related("organization", "user").order_by("since", "pk")
    return [seat for seat in seats if allows(seat, Deed.APPROVE)]


def _covers(viewer: Membership, *, at: datetime) -> list[Cover]:
    found = Delegation.objects.not_over(at=at).filter(organization=viewer.organization)
    found = found.select_related("from_member__user", "to_member__user").order_by("since", "pk")
    return [
        Cover(
            each,
            last_moment=each.until - timedelta(seconds=1),
            may_end=viewer.is_owner or viewer.pk in {each.from_member_id, each.to_member_id},
        )
        for each in found
    ]
