from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django_fsm import FSMField, FSMModelMixin, transition

from billing_site.kernel.fields import ref_field
from billing_site.kernel.periods import (
    CORRECTION,
    WEEK,
    week_bounds,
    week_locks_at,
    week_of,
    week_review_ends_at,
)
from billing_site.kernel.transitions import StateChange, nobody
from billing_site.people.models import Organization, User
from invoices.models.contract import Contract


class WeekQuerySet(models.QuerySet["Week"]):
    def visible_to(self, user: User) -> WeekQuerySet:
        return self.filter(contract__in=Contract.objects.visible_to(user))

    def of(self, organization: Organization) -> WeekQuerySet:
        return self.filter(contract__in=Contract.objects.of(organization))

    def unfinished(self) -> WeekQuerySet:
        """Those that are not billed yet, or not paid."""
        return self.exclude(state=Week.State.CLOSED)

    def to_bill(self, *, at: datetime) -> WeekQuerySet:
        """Those that can be corrected no more: their Monday noon has passed."""
        last = week_of(at - CORRECTION) - WEEK
        return self.filter(state=Week.State.OPEN, starts_on__lte=last)

    def lock_all(self, pks: Collection[int]) -> list[Week]:
        """Return those weeks, nobody else's until we commit. Their contracts are locked first."""
        found = self.filter(pk__in=pks).order_by("pk")
        return list(found.select_for_update(of=["self"], no_key=True))

    def lock(self, pk: int) -> Week:
        """Return the week as it is now. Whoever needs its contract too locks that first."""
        return (
            self.select_related("contract__client", "contract__freelancer")
            .select_for_update(of=["self"], no_key=True)
            .get(pk=pk)
        )


class Week(FSMModelMixin, models.Model):
    """A billing week of an hourly contract, Monday to Sunday UTC, from its first entry on."""

    class State(models.TextChoices):
        OPEN = "open", "open"
        LOCKED = "locked", "billed"
        CLOSED = "closed", "closed"

    TONES = {State.OPEN: "held", State.LOCKED: "wait", State.CLOSED: "good"}

    ref = ref_field()
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="weeks")
    starts_on = models.DateField()
    # In minutes, counted when it is locked: what is billed, what was over the limit, and
    # for what of the billed the platform pays where the client does not.
    billed = models.PositiveIntegerField(default=0)
    over = models.PositiveIntegerField(default=0)
    protected = models.PositiveIntegerField(default=0)
    locked_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    state = FSMField(choices=State.choices, default=State.OPEN, protected=True, editable=False)

    objects = WeekQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_week_a_contract_and_monday", fields=["contract", "starts_on"]
            ),
            models.CheckConstraint(
                name="a_week_starts_on_monday", condition=Q(starts_on__iso_week_day=1)
            ),
            models.CheckConstraint(
                name="no_more_is_protected_than_is_billed",
                condition=Q(protected__lte=F("billed")),
            ),
            models.CheckConstraint(
                name="locked_week_says_since_when",
                condition=~Q(state="locked") | Q(locked_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["starts_on"], condition=Q(state="open"), name="open_weeks"),
            models.Index(fields=["id"], condition=Q(state="locked"), name="weeks_to_close"),
        ]

    def __str__(self) -> str:
        return f"the week from {self.starts_on:%-d %B %Y} of {self.contract}"

    def get_absolute_url(self) -> str:
        return reverse("week", args=[self.contract.ref, self.starts_on])

    @property
    def tone(self) -> str:
        return self.TONES.get(self.State(self.state), "")

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """The first instant of the week and the first instant after it."""
        return week_bounds(self.starts_on)

    @property
    def locks_at(self) -> datetime:
        return week_locks_at(self.starts_on)

    @property
    def review_ends_at(self) -> datetime:
        return week_review_ends_at(self.starts_on)

    # Steps. All of them are the calendar's.

    @transition(field=state, source="open", target="locked", permission=nobody)
    def lock(self, *, at: datetime, billed: int, over: int, protected: int) -> None:
        self.locked_at = at
        self.billed, self.over, self.protected = billed, over, protected

    @transition(field=state, source="open", target="closed", permission=nobody)
    def close_empty(self, *, at: datetime) -> None:
        self.closed_at = at

    @transition(field=state, source="locked", target="closed", permission=nobody)
    def close(self, *, at: datetime) -> None:
        self.closed_at = at


class WeekChange(StateChange):
    week = models.ForeignKey(Week, models.PROTECT, related_name="changes")
