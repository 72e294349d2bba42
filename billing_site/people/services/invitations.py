"""Seats offered by letter. The link works once, for a week, for the person it was sent to."""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from djmoney.money import Money

from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people.access import Deed, may
from billing_site.people.models import Invitation, Membership, Organization, User
from billing_site.people.models.invitation import VALID_FOR, hash_of
from billing_site.people.services import memberships
from billing_site.platform import audit, letters, operations


@transaction.atomic
def invite(
    organization_id: int,
    *,
    email: str,
    role: str,
    spending_limit: Money | None = None,
    by: User,
    at: datetime,
    op_id: UUID | None = None,
) -> Invitation:
    """Offer a seat to whoever reads mail at *email*. An earlier offer to them stops working.

    :raises NotAllowed: a member has this address.
    """
    email = email.strip().lower()
    organization = Organization.objects.lock(organization_id)
    if not may(by, Deed.MANAGE, organization):
        raise NotYours(f"It is not for {by} to invite people to {organization}.")
    ours = organization.invitations.filter(email=email)
    subject = f"invitation/{organization.ref}/{hash_of(email)[:32]}"
    form = operations.form(user_id=by.pk, deed="invite", op_id=op_id, subject=subject, at=at)
    if form.is_again:
        return ours.get(ref__in=form.made)
    if Membership.objects.live().filter(organization=organization, user__email=email).exists():
        raise NotAllowed(f"{email} is a member of {organization} already.")
    ours.filter(accepted_at=None, withdrawn_at=None).update(withdrawn_at=at)
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        organization=organization,
        email=email,
        role=role,
        currency=organization.currency,
        spending_limit=spending_limit,
        token_hash=hash_of(token),
        invited_by=by,
        created_at=at,
        expires_at=at + VALID_FOR,
    )
    _write(invitation, token)
    audit.record(by, "invite", f"invitation/{invitation.ref}", at=at, role=role)
    return form.answer(invitation)


@transaction.atomic
def accept(invitation_id: int, *, by: User, at: datetime) -> Membership:
    """Take the seat. Only who has proven to read mail at the invited address can.

    :raises WrongState: the seat was taken, the offer withdrawn, or its week is over.
    :raises NotYours: the letter went to another address.
    """
    found = Invitation.objects.select_related("organization").get(pk=invitation_id)
    Organization.objects.lock(found.organization_id)
    invitation = Invitation.objects.lock(invitation_id)
    if not invitation.is_open(at=at):
        raise WrongState(why_closed(invitation))
    proven = EmailAddress.objects.filter(user=by.pk, email__iexact=by.email, verified=True)
    if not invitation.is_for(by) or not proven.exists():
        raise NotYours(
            f"This invitation was sent to {invitation.email}. Sign in with that address to take it."
        )
    membership = memberships.add(
        invitation.organization_id,
        user=by,
        role=invitation.role,
        spending_limit=invitation.spending_limit,
        by=by,
        at=at,
    )
    invitation.accepted_at, invitation.accepted_by = at, by
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    return membership


@transaction.atomic
def withdraw(invitation_id: int, *, by: User, at: datetime) -> Invitation:
    """Make the link in the letter stop working.

    :raises WrongState: somebody has used it.
    """
    invitation = Invitation.objects.lock(invitation_id)
    if not may(by, Deed.MANAGE, invitation.organization_id):
        raise NotYours(f"It is not for {by} to withdraw this invitation.")
    if not invitation.is_open(at=at):
        raise WrongState(why_closed(invitation))
    invitation.withdrawn_at = at
    invitation.save(update_fields=["withdrawn_at"])
    audit.record(by, "withdraw", f"invitation/{invitation.ref}", at=at)
    return invitation


def why_closed(invitation: Invitation) -> str:
    if invitation.accepted_at:
        return f"This invitation was accepted on {invitation.accepted_at:%-d %B %Y}."
    if invitation.withdrawn_at:
        return "This invitation was withdrawn. Ask for another one."
    return f"This invitation was open until {invitation.expires_at:%-d %B %Y}. Ask for another one."


def _write(invitation: Invitation, token: str) -> None:
    organization = invitation.organization
    letters.send(
        key=f"invitation/{invitation.ref}",
        to=[(invitation.email, "")],
        subject=f"{invitation.invited_by} invites you to act for {organization}",
        template="invitation",
        context={
            "organization": organization.name,
            "inviter": invitation.invited_by.name,
            "role": invitation.get_role_display(),
            "url": settings.SITE_URL + reverse("invitation", args=[token]),
            "until": invitation.expires_at,
        },
        about=("invitation", invitation.ref),
        is_private=True,
        at=invitation.created_at,
    )
