"""What must hold among people. Triggers and constraints see to it; these look again."""

from __future__ import annotations

from django.db.models import Count, Q

from billing_site.kernel.invariants import Row, law
from billing_site.people.models import Membership, Organization

LIVE_OWNER = Q(memberships__role="owner", memberships__ended_at=None)


@law("Every organization has an owner")
def every_organization_has_an_owner() -> list[Row]:
    counted = Organization.objects.annotate(owners=Count("memberships", filter=LIVE_OWNER))
    ownerless = counted.filter(owners=0).order_by("pk")
    return [dict(row) for row in ownerless.values("ref", "name")]


@law("Staff act for no organization")
def staff_act_for_no_organization() -> list[Row]:
    seats = Membership.objects.filter(user__is_staff=True, ended_at=None)
    found = seats.order_by("pk").values("ref", "organization__name", "user__email")
    return [dict(row) for row in found]
