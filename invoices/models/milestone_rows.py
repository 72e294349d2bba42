"""Which milestones: the filters of their table."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, Min, Q, Value
from django.db.models.lookups import GreaterThan, LessThanOrEqual

from billing_site.people.models import Organization, User
from invoices.models.contract import Contract

if TYPE_CHECKING:
    from invoices.models.milestone import Milestone

# Shares of the time for which the provider lets money wait, in percent.
WARN_AT = (60, 75, 85)
RETURN_AT = 95


def hold_moment(percent: int, *, of: str = "escrow__") -> ExpressionWrapper[Any]:
    """When *percent* of the time that the money may be held is over."""
    span = ExpressionWrapper(F(f"{of}hold_deadline") - F(f"{of}held_at"), DurationField())
    part = ExpressionWrapper(span * Value(percent / 100), output_field=DurationField())
    return ExpressionWrapper(F(f"{of}held_at") + part, output_field=DateTimeField())


class MilestoneQuerySet(models.QuerySet["Milestone"]):
    def visible_to(self, user: User) -> MilestoneQuerySet:
        return self.filter(contract__in=Contract.objects.visible_to(user))

    def of(self, organization: Organization) -> MilestoneQuerySet:
        return self.filter(contract__in=Contract.objects.of(organization))

    def open(self) -> MilestoneQuerySet:
        """Those whose money is on its way or held."""
        return self.filter(state__in=["funding", "funded"])

    def undecided(self) -> MilestoneQuerySet:
        """Those whose held money nobody is asked to pay out: it is for no submitted invoice."""
        return self.filter(state="funded").exclude(invoices__state__in=["submitted", "contested"])

    def holding(self) -> MilestoneQuerySet:
        """Those whose money waits on the provider's balance."""
        return self.filter(state="funded", escrow__state="held")

    def to_warn(self, *, at: datetime) -> MilestoneQuerySet:
        """Those of which a warning is due that was not given."""
        due = Q()
        for given, share in enumerate(WARN_AT):
            due |= Q(LessThanOrEqual(hold_moment(share), at), hold_warnings__lte=given)
        return self.holding().filter(due, GreaterThan(hold_moment(RETURN_AT), at))

    def past_holding(self, *, at: datetime) -> MilestoneQuerySet:
        return self.holding().filter(LessThanOrEqual(hold_moment(RETURN_AT), at))

    def next_hold_moment(self, *, after: datetime) -> datetime | None:
        """When the next warning is due, or the next money goes back."""
        shares = [(share, Q(hold_warnings__lte=given)) for given, share in enumerate(WARN_AT)]
        moments = [
            self.holding()
            .filter(waits, GreaterThan(hold_moment(share), after))
            .aggregate(first=Min(hold_moment(share)))["first"]
            for share, waits in [*shares, (RETURN_AT, Q())]
        ]
        return min((moment for moment in moments if moment), default=None)

    def lock(self, pk: int) -> Milestone:
        """Return the milestone as it is now. Whoever needs its contract too locks that first."""
        return (
            self.select_related("contract__client", "contract__freelancer", "escrow")
            .select_for_update(of=["self"], no_key=True)
            .get(pk=pk)
        )
