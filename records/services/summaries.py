"""The weekly summary: a letter to whoever keeps an organization's books, unless they decline it."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from billing_site.kernel.transitions import NotAllowed
from billing_site.people.models import Membership, Organization, User
from billing_site.people.models.membership import Role
from billing_site.platform import letters
from billing_site.platform.models import Letter
from records.models import SummaryChoice
from records.queries.summary import summary

TOLD = (Role.OWNER, Role.FINANCE, Role.ACCOUNTANT)  # the others may ask for it


@transaction.atomic
def send(organization_id: int, monday: date, *, at: datetime) -> list[Letter]:
    """Write to each who wants it what the week from *monday* on came to; once."""
    ours = Organization.objects.get(pk=organization_id)
    seats = Membership.objects.live().filter(organization=ours).select_related("user")
    wanting = [seat.user for seat in seats.order_by("since", "pk") if is_wanted(seat)]
    if not wanting:
        return []
    told = summary(ours, monday)
    return letters.send(
        key=f"summary/{ours.ref}/{monday}",
        to=[(user.email, user.name) for user in wanting],
        subject=f"{ours}: the week from {told.words}",
        template="weekly_summary",
        context={"summary": told},
        about=("organization", ours.ref),
        at=at,
    )


@transaction.atomic
def choose(organization: Organization, *, is_wanted: bool, by: User, at: datetime) -> SummaryChoice:
    """Send it to *by* from the next week on, or do not.

    :raises NotAllowed: *by* does not act for the organization.
    """
    seat = Membership.objects.of(by).filter(organization=organization).first()
    if seat is None:
        raise NotAllowed("You do not act for this organization.")
    choice, _ = SummaryChoice.objects.update_or_create(
        membership=seat, defaults={"is_wanted": is_wanted, "chosen_at": at}
    )
    return choice


def is_wanted(seat: Membership) -> bool:
    """Whether a member gets it: as they chose, else by their role."""
    choice = SummaryChoice.objects.filter(membership=seat).first()
    return choice.is_wanted if choice else seat.role in TOLD
