"""Who may do what for an organization. One table, asked anew each time."""

from __future__ import annotations

from datetime import datetime

from django.db.models import TextChoices
from djmoney.money import Money

from billing_site.people.models import Delegation, Membership, Organization, User
from billing_site.people.models.membership import Role


class Deed(TextChoices):
    VIEW = "view", "see everything"
    MANAGE = "manage", "manage the organization and its members"
    OFFER = "offer", "offer contracts"
    FUND = "fund", "pay"
    APPROVE = "approve", "approve work"
    WORK = "work", "deliver and invoice work"
    WITHDRAW = "withdraw", "withdraw earnings"


PAYING = {
    Role.OWNER: {Deed.VIEW, Deed.MANAGE, Deed.OFFER, Deed.FUND, Deed.APPROVE},
    Role.FINANCE: {Deed.VIEW, Deed.FUND},
    Role.APPROVER: {Deed.VIEW, Deed.OFFER, Deed.APPROVE},
    Role.VIEWER: {Deed.VIEW},
    Role.ACCOUNTANT: {Deed.VIEW},
}
WORKING = {
    Role.OWNER: {Deed.VIEW, Deed.MANAGE, Deed.WORK, Deed.WITHDRAW},
    Role.FINANCE: {Deed.VIEW, Deed.WITHDRAW},
    Role.APPROVER: {Deed.VIEW, Deed.WORK},
    Role.VIEWER: {Deed.VIEW},
    Role.ACCOUNTANT: {Deed.VIEW},
}
BOUND_BY_LIMIT = {Deed.FUND, Deed.APPROVE}


def may(
    user: User, deed: Deed, organization: Organization | int, amount: Money | None = None
) -> bool:
    """Whether *user* may do *deed* for *organization* at this moment, for *amount* if one is given.

    Without an amount the answer is about the deed in general. A sum in another
    currency than the member's limit is refused, because it cannot be compared.
    """
    organization_id = organization if isinstance(organization, int) else organization.pk
    membership = Membership.objects.of(user).filter(organization=organization_id).first()
    return membership is not None and allows(membership, deed, amount)


def allows(membership: Membership, deed: Deed, amount: Money | None = None) -> bool:
    """The same question about a membership that was read within this request."""
    if deed not in deeds_of(membership.role, membership.organization):
        return False
    limit = membership.spending_limit
    if amount is None or limit is None or deed not in BOUND_BY_LIMIT:
        return True
    return bool(amount.currency == limit.currency and amount <= limit)


def approving_seats(organization: Organization, *, at: datetime) -> dict[User, list[Membership]]:
    """Return by whom work can be approved: each one's own membership first, then those lent.

    Who does not approve by themselves borrows nothing either; what was borrowed is not lent on.
    """
    members = Membership.objects.live().filter(organization=organization.pk)
    members = members.select_related("organization", "user").order_by("since", "pk")
    own = {seat.pk: seat for seat in members if allows(seat, Deed.APPROVE)}
    seats = {seat.user: [seat] for seat in own.values()}
    for lent in (
        Delegation.objects.standing(at=at)
        .filter(from_member__in=own, to_member__in=own)
        .order_by("pk")
    ):
        seats[own[lent.to_member_id].user].append(own[lent.from_member_id])
    return seats


def deeds_of(role: str, organization: Organization) -> set[Deed]:
    return (PAYING if organization.is_client else WORKING)[Role(role)]


def roles_for(deed: Deed, organization: Organization) -> list[Role]:
    """The roles that include *deed* in this kind of organization."""
    return [role for role in Role if deed in deeds_of(role, organization)]
