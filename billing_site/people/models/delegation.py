from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from billing_site.kernel.fields import ref_field
from billing_site.people.models.membership import Membership
from billing_site.people.models.organization import Organization


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def not_over(self, *, at: datetime) -> DelegationQuerySet:
        """Those that hold at that moment, or will."""
        return self.filter(ended_at=None, until__gt=at)

    def standing(self, *, at: datetime) -> DelegationQuerySet:
        """Those that hold at that moment. Nobody has to end them: their time passes."""
        return self.not_over(at=at).filter(since__lte=at)


class Delegation(models.Model):
    """While one member is away, another approves in their name, up to their limit."""

    ref = ref_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="delegations")
    from_member = models.ForeignKey(Membership, models.PROTECT, related_name="lent")
    to_member = models.ForeignKey(Membership, models.PROTECT, related_name="borrowed")
    since = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)  # taken back early

    objects = DelegationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="nobody_delegates_to_themselves", condition=~Q(from_member=F("to_member"))
            ),
            models.CheckConstraint(
                name="delegation_ends_after_it_begins", condition=Q(until__gt=F("since"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.to_member.user} for {self.from_member.user}"
