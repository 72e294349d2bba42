"""The provider's account of our money, line by line, and where it does not agree with our books."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django_fsm import FSMField, FSMModelMixin, transition

from billing_site.kernel.fields import ref_field
from billing_site.kernel.money import Money, from_minor
from billing_site.kernel.transitions import StateChange
from billing_site.people import staff
from billing_site.people.models import User

DECIDE = "payments.change_reconciliationdifference"


class GatewayCursor(models.Model):
    """Until when something of a gateway has been read: its events, or the lines of its balance."""

    gateway = models.CharField(max_length=20)
    what = models.CharField(max_length=20)
    reached_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_gateway_is_read_up_to_one_moment", fields=["gateway", "what"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.what} of {self.gateway}"


class ProviderLine(models.Model):
    """A line of a balance at the provider, ours or a payee's, as the provider wrote it."""

    gateway = models.CharField(max_length=20)
    account = models.CharField(max_length=255, blank=True, help_text="Empty: it is our own balance")
    line_id = models.CharField(max_length=255)
    source_id = models.CharField(max_length=255, blank=True)
    kind = models.CharField(max_length=60)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField(help_text="Signed as it changes that balance")
    cost_minor = models.BigIntegerField()
    made_at = models.DateTimeField()
    entry_key = models.CharField(max_length=300, blank=True, help_text="What our books say of it")
    matched_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_provider_line_is_kept_once", fields=["gateway", "line_id"]
            )
        ]
        indexes = [
            models.Index(
                name="provider_lines_unmatched",
                fields=["made_at", "id"],
                condition=Q(matched_at__isnull=True),
            ),
            models.Index(name="provider_lines_by_entry", fields=["entry_key"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.line_id}"

    @property
    def net(self) -> Money:
        return from_minor(self.amount_minor - self.cost_minor, self.currency)


class DifferenceQuerySet(models.QuerySet["ReconciliationDifference"]):
    def lock(self, pk: int) -> ReconciliationDifference:
        return self.select_for_update(of=["self"], no_key=True).get(pk=pk)

    def open_ones(self) -> DifferenceQuerySet:
        return self.filter(state="open").order_by("found_at", "pk")


class ReconciliationDifference(FSMModelMixin, models.Model):
    """Money that one side knows of and the other does not, until somebody has looked."""

    class State(models.TextChoices):
        OPEN = "open", "waiting for somebody to look"
        EXPLAINED = "explained", "explained, and left as it is"
        RESOLVED = "resolved", "resolved"

    class Sort(models.TextChoices):
        NOT_IN_BOOKS = "not_in_books", "At the provider, and not in our books"
        NOT_AT_PROVIDER = "not_at_provider", "In our books, and not at the provider"
        OTHER_SUM = "other_sum", "The two sums differ"

    ref = ref_field()
    sort = models.CharField(max_length=20, choices=Sort.choices)
    about = models.CharField(max_length=320, unique=True, help_text="Names the line or the entry")
    gateway = models.CharField(max_length=20)
    account = models.CharField(max_length=255, blank=True, help_text="Empty: our own balance")
    line = models.ForeignKey(ProviderLine, models.PROTECT, null=True, related_name="differences")
    entry_key = models.CharField(max_length=300, blank=True)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField(
        help_text="By how much the provider's balance is more than our books say"
    )
    happened_at = models.DateTimeField()
    found_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    state = FSMField(choices=State.choices, default=State.OPEN, protected=True, editable=False)

    objects = DifferenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_difference_is_some_money", condition=~Q(amount_minor=0)),
            models.CheckConstraint(
                name="an_open_difference_is_not_finished",
                condition=Q(state="open", finished_at__isnull=True)
                | (~Q(state="open") & Q(finished_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(
                name="open_differences_by_age",
                fields=["found_at", "id"],
                condition=Q(state="open"),
            )
        ]

    def __str__(self) -> str:
        return f"difference {self.ref}"

    @property
    def amount(self) -> Money:
        return from_minor(self.amount_minor, self.currency)

    @property
    def tone(self) -> str:
        return {"open": "bad", "resolved": "good"}.get(self.state, "")

    def may_decide(self, user: User) -> bool:
        return staff.holds(user, DECIDE)

    @transition(field=state, source=State.OPEN, target=State.EXPLAINED, permission=may_decide)
    def explain(self, *, at: datetime) -> None:
        """It is what it is: nothing more is to be done."""
        self.finished_at = at

    @transition(field=state, source=State.OPEN, target=State.RESOLVED, permission=may_decide)
    def resolve(self, *, at: datetime) -> None:
        """Something was done about it, or the other side has it by now."""
        self.finished_at = at


class ReconciliationDifferenceChange(StateChange):
    difference = models.ForeignKey(ReconciliationDifference, models.PROTECT, related_name="changes")
