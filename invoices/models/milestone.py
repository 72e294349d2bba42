from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django_fsm import FSMField, FSMModelMixin, transition

from billing_site.kernel.fields import currency_field, money_field, ref_field
from billing_site.kernel.money import Money, share
from billing_site.kernel.transitions import StateChange, nobody
from billing_site.people.access import Deed, may
from billing_site.people.models import User
from invoices.models.contract import Contract
from invoices.models.milestone_rows import MilestoneQuerySet


class Milestone(FSMModelMixin, models.Model):
    """A piece of work with a price. Its money is an Escrow, its story is `changes`."""

    class State(models.TextChoices):
        PLANNED = "planned", "not funded yet"
        FUNDING = "funding", "payment on its way"
        FUNDED = "funded", "money held"
        CLOSED = "closed", "closed"
        CANCELLED = "cancelled", "cancelled"

    TONES = {State.FUNDING: "wait", State.FUNDED: "held", State.CLOSED: "good"}

    ref = ref_field()
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="milestones")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    description = models.TextField(max_length=2_000, blank=True)
    due_on = models.DateField(null=True)
    currency = currency_field()
    price = money_field()  # net of the freelancer's own VAT
    escrow = models.OneToOneField("payments.Escrow", models.PROTECT, null=True, related_name="+")
    funding_began_at = models.DateTimeField(null=True)
    funded_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    hold_warnings = models.PositiveSmallIntegerField(default=0)  # how many were due
    state = FSMField(choices=State.choices, default=State.PLANNED, protected=True, editable=False)

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                name="milestones_with_money",
                fields=["escrow"],
                condition=Q(state__in=["funding", "funded"]),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="milestone_has_a_price", condition=Q(price__gt=0, price__lte=10**9)
            ),
            models.CheckConstraint(
                name="work_starts_funded",
                condition=~Q(state__in=["funding", "funded"]) | Q(escrow__isnull=False),
            ),
            models.CheckConstraint(
                name="funded_milestone_says_since_when",
                condition=~Q(state="funded") | Q(funded_at__isnull=False),
            ),
            models.UniqueConstraint(
                name="milestones_stand_in_order",
                fields=["contract", "position"],
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]

    def __str__(self) -> str:
        return f"“{self.title}”"

    def get_absolute_url(self) -> str:
        return reverse("milestone", args=[self.ref])

    @property
    def tone(self) -> str:
        return self.TONES.get(self.State(self.state), "")

    @property
    def tax(self) -> Money:
        """The freelancer's own VAT on the price, as the offer fixed it."""
        return share(self.price, basis_points=self.contract.tax_bps)

    @property
    def gross(self) -> Money:
        return self.price + self.tax

    def holding_until(self, percent: int) -> datetime:
        """When *percent* of the time that its money may be held is over."""
        escrow = self.escrow
        assert escrow, "Nothing is held."
        return escrow.holding_until(percent)

    # Who may take a step.

    def client_may_fund(self, user: User) -> bool:
        return may(user, Deed.FUND, self.contract.client, self.gross)

    def client_may_offer(self, user: User) -> bool:
        return may(user, Deed.OFFER, self.contract.client)

    # Steps.

    @transition(field=state, source="planned", target="funding", permission=client_may_fund)
    def begin_funding(self, *, at: datetime, escrow_id: int) -> None:
        self.escrow_id = escrow_id
        self.funding_began_at = at

    @transition(field=state, source="funding", target="funded", permission=nobody)
    def fund(self, *, at: datetime) -> None:
        self.funded_at = at

    @transition(field=state, source="funding", target="planned", permission=nobody)
    def fail(self, *, at: datetime) -> None:
        self.escrow_id = self.funding_began_at = None

    @transition(field=state, source="funded", target="planned", permission=nobody)
    def unfund(self, *, at: datetime) -> None:
        """The client's bank took all of it back; it may be funded anew."""
        self.escrow_id = self.funding_began_at = self.funded_at = None
        self.hold_warnings = 0

    @transition(field=state, source="planned", target="cancelled", permission=client_may_offer)
    def cancel(self, *, at: datetime) -> None:
        self.closed_at = at

    @transition(field=state, source="funded", target="closed", permission=nobody)
    def close(self, *, at: datetime) -> None:
        self.closed_at = at


class MilestoneChange(StateChange):
    milestone = models.ForeignKey(Milestone, models.PROTECT, related_name="changes")
