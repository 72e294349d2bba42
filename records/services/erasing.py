"""A person leaves for good: what signs them in and tells of them goes, what the law keeps stays."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction

from billing_site.kernel.transitions import NotAllowed, NotYours
from billing_site.people.models import Invitation, Membership, Organization, User
from billing_site.people.services import memberships, sessions
from billing_site.platform import audit
from billing_site.platform.models import Letter, Notice, SavedFilter
from disputes.models import Dispute
from invoices.models import Contract, Invoice
from ledger.queries.balances import has_money
from records.services import personal_exports

NAME = "Somebody who left"
OVER = (*Contract.UNSENT, "declined", "withdrawn", "expired", "ended")
OPEN_INVOICES = ("submitted", "returned", "contested", "approved")


@transaction.atomic
def erase(person_id: int, *, by: User, at: datetime) -> User:
    """Delete what is kept of a person for their own sake; documents keep the names in them.

    :raises NotYours: somebody else asks for it.
    :raises NotAllowed: they work for the platform, or money or a case is open.
    """
    person = User.objects.select_for_update(no_key=True).get(pk=person_id)
    if by.pk != person.pk:
        raise NotYours("Only you can have your account deleted.")
    if person.is_staff:
        raise NotAllowed("Who works for the platform is let go by the platform.")
    seats = Membership.objects.of(person).order_by("organization")
    for organization in seats.values_list("organization", flat=True):
        Organization.objects.lock(organization)  # Nobody joins, and nothing begins meanwhile.
    reasons = what_is_open(person)
    if reasons:
        raise NotAllowed(" ".join(reasons))
    for seat in Membership.objects.of(person).order_by("pk"):
        if not _is_alone(seat):
            memberships.end(seat.pk, by=person, at=at)
    _forget(person, at=at)
    audit.record(by, "erase", f"user/{person.pk}", at=at)
    return person


def what_is_open(person: User) -> list[str]:
    """Return why the person cannot leave yet, in words; nothing where they can."""
    reasons = []
    for seat in Membership.objects.of(person).order_by("pk"):
        ours = seat.organization
        if not seat.is_owner or _has_another_owner(seat):
            continue
        if not _is_alone(seat):
            reasons.append(f"{ours} has other members: make one of them an owner first.")
        elif has_money(ours.pk):
            reasons.append(f"{ours} has money here: withdraw it, or have it sent back first.")
        elif Dispute.objects.of(ours).running().exists():
            reasons.append(f"{ours} has a case that is open.")
        elif Contract.objects.of(ours).exclude(state__in=OVER).exists():
            reasons.append(f"{ours} has contracts that are not ended.")
        elif Invoice.objects.of(ours).filter(state__in=OPEN_INVOICES).exists():
            reasons.append(f"{ours} has invoices that are not settled.")
    return reasons


def _has_another_owner(seat: Membership) -> bool:
    owners = Membership.objects.live().filter(organization=seat.organization_id, role="owner")
    return owners.exclude(pk=seat.pk).exists()


def _is_alone(seat: Membership) -> bool:
    """Whether nobody else acts for it: its seat stays, so that it has had an owner to the end."""
    others = Membership.objects.live().filter(organization=seat.organization_id)
    return seat.is_owner and not others.exclude(pk=seat.pk).exists()


def _forget(person: User, *, at: datetime) -> None:
    sessions.end_all(person)
    personal_exports.forget(person, at=at)
    gone = f"left-{person.pk}@left.invalid"
    known = EmailAddress.objects.filter(user=person).values_list("email", flat=True)
    for email in {person.email, *known}:
        Letter.objects.filter(email__iexact=email).delete()
        Invitation.objects.filter(email__iexact=email).update(email=gone)
    Notice.objects.filter(user_id=person.pk).delete()
    SavedFilter.objects.filter(user_id=person.pk).delete()
    Authenticator.objects.filter(user=person).delete()
    EmailAddress.objects.filter(user=person).delete()
    person.set_unusable_password()
    person.email, person.name, person.is_active = gone, NAME, False
    person.time_zone, person.purpose = "UTC", ""
    person.save()
