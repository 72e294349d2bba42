"""Who acts for an organization: what they may do, and when that ends."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from djmoney.money import Money

from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people.access import Deed, may
from billing_site.people.models import Membership, Organization, User
from billing_site.people.models.membership import Role
from billing_site.people.services import sessions
from billing_site.platform import audit, notices


@transaction.atomic
def add(
    organization_id: int,
    *,
    user: User,
    role: str,
    spending_limit: Money | None = None,
    by: User,
    at: datetime,
) -> Membership:
    """Seat *user* at once, as an accepted invitation does.

    :raises NotAllowed: staff act for nobody, and a member is a member already.
    """
    organization = Organization.objects.lock(organization_id)
    if user.is_staff:
        raise NotAllowed(f"{user} works for the platform, and acts for no organization on it.")
    if organization.has_member(user):
        raise NotAllowed(f"{user} is a member of {organization} already.")
    membership = Membership.objects.create(
        organization=organization,
        user=user,
        role=role,
        currency=organization.currency,
        spending_limit=spending_limit,
        since=at,
    )
    audit.record(by, "join", f"membership/{membership.ref}", at=at, role=role)
    return membership


@transaction.atomic
def change(
    membership_id: int, *, role: str, spending_limit: Money | None, by: User, at: datetime
) -> Membership:
    """Give a member another role or limit, from the next thing they do.

    :raises NotYours: *by* does not manage the organization.
    :raises NotAllowed: it would be left without an owner.
    """
    membership = _locked(membership_id)
    if not may(by, Deed.MANAGE, membership.organization):
        raise NotYours(f"It is not for {by} to change what {membership.user} may do.")
    if role != Role.OWNER:
        _refuse_last_owner(membership)
    was = membership.role
    membership.role, membership.spending_limit = role, spending_limit
    membership.save(update_fields=["role", "spending_limit", "currency"])
    audit.record(by, "change", f"membership/{membership.ref}", at=at, was=was, role=role)
    if membership.user_id != by.pk:
        _tell(membership, f"You are now {_a(role)} of {membership.organization}.", "change", at)
    return membership


@transaction.atomic
def end(membership_id: int, *, by: User, at: datetime) -> Membership:
    """Let a member go, and sign them out everywhere. Anybody may leave by themselves.

    :raises NotAllowed: the organization would be left without an owner.
    """
    membership = _locked(membership_id)
    leaves = membership.user_id == by.pk
    if not leaves and not may(by, Deed.MANAGE, membership.organization):
        raise NotYours(f"It is not for {by} to let {membership.user} go.")
    _refuse_last_owner(membership)
    membership.ended_at = at
    membership.save(update_fields=["ended_at"])
    audit.record(by, "end", f"membership/{membership.ref}", at=at)
    if not leaves:
        sessions.end_all(membership.user)
        _tell(membership, f"You no longer act for {membership.organization}.", "end", at)
    return membership


def _locked(membership_id: int) -> Membership:
    """Lock the organization, then look: who its owners are must hold still."""
    organization_id = Membership.objects.values_list("organization", flat=True).get(
        pk=membership_id
    )
    Organization.objects.lock(organization_id)
    membership = Membership.objects.select_related("organization", "user").get(pk=membership_id)
    if not membership.is_live:
        raise WrongState(
            f"{membership.user} left {membership.organization} on {membership.ended_at:%-d %B %Y}."
        )
    return membership


def _refuse_last_owner(membership: Membership) -> None:
    owners = Membership.objects.live().filter(
        organization=membership.organization_id, role=Role.OWNER
    )
    if membership.is_owner and not owners.exclude(pk=membership.pk).exists():
        raise NotAllowed(
            f"{membership.user} is the only owner of {membership.organization}. "
            "Make somebody else an owner first."
        )


def _tell(membership: Membership, text: str, deed: str, at: datetime) -> None:
    key = f"membership/{membership.ref}/{deed}/{at.isoformat()}"
    notices.tell(users=[membership.user_id], text=text, url="/home/", key=key, at=at)


def _a(role: str) -> str:
    return {
        "owner": "an owner",
        "approver": "an approver",
        "viewer": "a viewer",
        "accountant": "the accountant",
    }.get(role, "in charge of the finances")
