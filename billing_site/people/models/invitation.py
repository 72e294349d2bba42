from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q

from billing_site.kernel.fields import currency_field, money_field, ref_field
from billing_site.people.models.membership import Role
from billing_site.people.models.organization import Organization
from billing_site.people.models.user import User

VALID_FOR = timedelta(days=7)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self, *, at: datetime) -> InvitationQuerySet:
        return self.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=at)

    def addressed_to(self, user: User) -> InvitationQuerySet:
        return self.filter(email__iexact=user.email)

    def with_token(self, token: str) -> InvitationQuerySet:
        """The one whose letter carried *token*. Only its hash is kept."""
        return self.filter(token_hash=hash_of(token))

    def lock(self, pk: int) -> Invitation:
        return self.select_for_update(of=["self"], no_key=True).get(pk=pk)


class Invitation(models.Model):
    """A seat offered by letter to one e-mail address, taken once."""

    ref = ref_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=10, choices=Role)
    currency = currency_field()  # the organization's
    spending_limit = money_field(null=True, blank=True)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_open_invitation_each",
                fields=["organization", "email"],
                condition=Q(accepted_at=None, withdrawn_at=None),
            ),
            models.CheckConstraint(
                name="invitation_offers_a_known_role",
                condition=Q(role__in=["owner", "finance", "approver", "viewer", "accountant"]),
            ),
            models.CheckConstraint(
                name="invited_spending_limit_is_positive",
                condition=Q(spending_limit=None) | Q(spending_limit__gt=0),
            ),
            models.CheckConstraint(
                name="invitation_is_accepted_by_somebody",
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False, withdrawn_at=None),
            ),
            models.CheckConstraint(
                name="invitation_expires_after_it_was_sent",
                condition=Q(expires_at__gt=F("created_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} to {self.organization}"

    def is_open(self, *, at: datetime) -> bool:
        return self.accepted_at is None and self.withdrawn_at is None and at < self.expires_at

    def is_for(self, user: User) -> bool:
        return self.email.lower() == user.email.lower()


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
