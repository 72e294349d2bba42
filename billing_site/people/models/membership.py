from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from billing_site.kernel.fields import currency_field, money_field, ref_field
from billing_site.people.models.organization import Organization
from billing_site.people.models.user import User


class Role(models.TextChoices):
    OWNER = "owner", "owner"
    FINANCE = "finance", "finance"
    APPROVER = "approver", "approver"
    VIEWER = "viewer", "viewer"
    ACCOUNTANT = "accountant", "accountant"


class MembershipQuerySet(models.QuerySet["Membership"]):
    def live(self) -> MembershipQuerySet:
        """Those that count: not ended, of somebody who may sign in and is not staff."""
        return self.filter(ended_at=None, user__is_active=True, user__is_staff=False)

    def of(self, user: User) -> MembershipQuerySet:
        return self.live().filter(user=user.pk).select_related("organization")


class Membership(models.Model):
    """What somebody may do for an organization, and for how much. It ends; it is not deleted."""

    Role = Role

    ref = ref_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="memberships")
    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role)
    currency = currency_field()  # the organization's
    spending_limit = money_field(null=True, blank=True)
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_live_membership_each",
                fields=["organization", "user"],
                condition=Q(ended_at=None),
            ),
            models.CheckConstraint(
                name="member_has_a_known_role",
                condition=Q(role__in=["owner", "finance", "approver", "viewer", "accountant"]),
            ),
            models.CheckConstraint(
                name="spending_limit_is_positive",
                condition=Q(spending_limit=None) | Q(spending_limit__gt=0),
            ),
            models.CheckConstraint(
                name="membership_ends_after_it_began",
                condition=Q(ended_at=None) | Q(ended_at__gte=F("since")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} at {self.organization}"

    @property
    def is_live(self) -> bool:
        return self.ended_at is None

    @property
    def is_owner(self) -> bool:
        return self.role == Role.OWNER
