"""Somebody begins to work for the platform, decides more or less, or leaves it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.contrib.auth.models import Permission
from django.db import transaction

from billing_site.kernel.transitions import SYSTEM, NotAllowed
from billing_site.people.models import Membership, User
from billing_site.people.services import sessions
from billing_site.people.staff import ROLES
from billing_site.platform import audit


@transaction.atomic
def appoint(user_id: int, *, roles: Collection[str], by: User | SYSTEM, at: datetime) -> User:
    """Give somebody these roles at the desk and no other; with none of them they leave it.

    Whatever they were signed in with ends: they sign in anew, as staff with a second factor.

    :raises NotAllowed: there is no such role, or they act for an organization.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=user_id)
    if unknown := sorted(set(roles) - set(ROLES)):
        raise NotAllowed(f"There is no role {', '.join(unknown)}. Roles are: {', '.join(ROLES)}.")
    if roles and Membership.objects.of(user).exists():
        raise NotAllowed(
            f"{user} acts for an organization. Whoever works for the platform has another account."
        )
    user.is_staff, user.is_superuser = bool(roles), False
    user.save(update_fields=["is_staff", "is_superuser"])
    user.groups.clear()
    user.user_permissions.set(_permissions(roles))
    sessions.end_all(user)
    audit.record(by, "staff.appointed", f"user/{user.pk}", at=at, roles=sorted(roles))
    return user


def _permissions(roles: Collection[str]) -> list[Permission]:
    labels = {label for role in roles for label in ROLES[role]}
    found = []
    for label in sorted(labels):
        app, _, codename = label.partition(".")
        found.append(Permission.objects.get(content_type__app_label=app, codename=codename))
    return found
