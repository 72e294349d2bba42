from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from billing_site.people.models import Organization, User
from payments.models.restriction_kinds import STANDING, Cause, Scope, State

if TYPE_CHECKING:
    from payments.models.restriction import Restriction


class RestrictionQuerySet(models.QuerySet["Restriction"]):
    def standing(self) -> RestrictionQuerySet:
        """Those that hold now, also while somebody looks at them a second time."""
        return self.filter(state__in=STANDING)

    def unpaid(self) -> RestrictionQuerySet:
        """Those that not paying has set, and that end with payment."""
        return self.filter(cause=Cause.UNPAID)

    def on(self, organization_id: int, user_id: int | None) -> RestrictionQuerySet:
        """Those of the organization, and those of the person who acts for it, where one does."""
        theirs = Q(organization=organization_id)
        if user_id is not None:
            theirs |= Q(user=user_id)
        return self.filter(theirs)

    def over(self, *, at: datetime) -> RestrictionQuerySet:
        """Those of staff whose last day is over, or whose appeal nobody answered in its time."""
        unanswered = Q(state=State.APPEALED, answer_by__lt=at.date())
        by_staff = self.standing().filter(cause=Cause.STAFF)
        return by_staff.filter(Q(review_on__lt=at.date()) | unanswered).order_by("review_on", "pk")

    def untold(self) -> RestrictionQuerySet:
        """Those that take protection from hours, and nobody who logs them has been told."""
        takes = self.standing().unpaid().filter(scopes__contains=[Scope.HOURS])
        return takes.filter(hours_since__isnull=True).order_by("pk")

    def to_take_back(self) -> RestrictionQuerySet:
        """Those that are over, and nobody has told who logs hours that they are protected again."""
        told = self.filter(ended_at__isnull=False, hours_since__isnull=False)
        return told.filter(hours_back_at__isnull=True).order_by("pk")

    def visible_to(self, user: User) -> RestrictionQuerySet:
        ours = Organization.objects.of(user)
        return self.filter(Q(organization__in=ours) | Q(user=user.pk))

    def lock(self, pk: int) -> Restriction:
        return (
            self.select_related("organization", "user", "set_by")
            .select_for_update(of=["self"], no_key=True)
            .get(pk=pk)
        )
