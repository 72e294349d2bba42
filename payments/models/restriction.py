from __future__ import annotations

from django.db import models
from django.db.models import Q

from billing_site.people.models import Organization


class RestrictionQuerySet(models.QuerySet["Restriction"]):
    def open_of(self, organization: Organization | int) -> RestrictionQuerySet:
        return self.filter(organization=organization, ended_at__isnull=True)


class Restriction(models.Model):
    """What an organization may not do for a while, and why; it ends by itself when all is paid."""

    class Scope(models.TextChoices):
        NEW_CONTRACTS = "new_contracts", "offer new contracts"

    organization = models.ForeignKey(
        "people.Organization", models.PROTECT, related_name="restrictions"
    )
    scope = models.CharField(max_length=20, choices=Scope.choices)
    reason = models.CharField(max_length=300)
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = RestrictionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="nobody_is_restricted_twice_in_the_same",
                fields=["organization", "scope"],
                condition=Q(ended_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.organization} may not {self.get_scope_display()}"
