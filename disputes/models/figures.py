"""Figures that were named: by a side, by a mediator, and for good. All are to the freelancer."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from billing_site.kernel.fields import currency_field, money_field, ref_field
from billing_site.kernel.money import Money
from billing_site.people.models import User
from disputes.models.dispute import Dispute
from disputes.models.sides import Side


class OfferQuerySet(models.QuerySet["Offer"]):
    def standing(self, *, at: datetime | None = None) -> OfferQuerySet:
        """Those that can be accepted: not replaced, and at the moment *at* not expired."""
        found = self.filter(ended_at=None)
        return found if at is None else found.filter(expires_at__gt=at)


class Offer(models.Model):
    """What one side would agree to, until it expires or they say something else."""

    class Ending(models.TextChoices):
        ACCEPTED = "accepted", "accepted"
        MET = "met", "met by the other side's figure"
        REPLACED = "replaced", "replaced by another one"
        EXPIRED = "expired", "expired"
        DECIDED = "decided", "overtaken by the decision"
        CLOSED = "closed", "the case ended otherwise"

    ref = ref_field()
    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="offers")
    side = models.CharField(max_length=10, choices=Side)
    currency = currency_field()
    figure = money_field(help_text="What the freelancer gets of the gross")
    words = models.TextField(max_length=2_000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ending = models.CharField(max_length=10, choices=Ending, blank=True)

    objects = OfferQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_offer_of_a_side_stands",
                fields=["dispute", "side"],
                condition=Q(ended_at__isnull=True),
            ),
            models.CheckConstraint(
                name="offer_is_not_less_than_nothing", condition=Q(figure__gte=0)
            ),
            models.CheckConstraint(
                name="an_offer_to_settle_expires", condition=Q(expires_at__gt=F("at"))
            ),
            models.CheckConstraint(
                name="an_offer_that_ended_says_how",
                condition=Q(ended_at__isnull=True, ending="")
                | Q(ended_at__isnull=False, ended_at__gte=F("at")) & ~Q(ending=""),
            ),
        ]

    def __str__(self) -> str:
        return f"the {self.side}'s offer in {self.dispute}"

    @property
    def back_to_client(self) -> Money:
        return self.dispute.at_stake - self.figure

    def stands(self, *, at: datetime) -> bool:
        return self.ended_at is None and at < self.expires_at

    def meets(self, other: Offer) -> bool:
        """Whether the client would pay at least what the freelancer would take."""
        mine_is_clients = self.side == Side.CLIENT
        client, freelancer = (self, other) if mine_is_clients else (other, self)
        return bool(client.figure >= freelancer.figure)


class Proposal(models.Model):
    """What a mediator proposes. It binds who accepts it, and silence accepts."""

    class Answer(models.TextChoices):
        ACCEPTED = "accepted", "accepted"
        REFUSED = "refused", "refused"

    dispute = models.OneToOneField(Dispute, models.PROTECT, related_name="proposal")
    currency = currency_field()
    figure = money_field(help_text="What the freelancer gets of the gross")
    reasons = models.TextField(max_length=8_000)
    plan_hash = models.CharField(max_length=64)  # of the settlement preview that was confirmed
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    answer_by = models.DateTimeField()
    client_answer = models.CharField(max_length=10, choices=Answer, blank=True)
    client_answered_at = models.DateTimeField(null=True)
    client_words = models.TextField(max_length=2_000, blank=True)
    freelancer_answer = models.CharField(max_length=10, choices=Answer, blank=True)
    freelancer_answered_at = models.DateTimeField(null=True)
    freelancer_words = models.TextField(max_length=2_000, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="proposal_is_not_less_than_nothing", condition=Q(figure__gte=0)
            ),
            models.CheckConstraint(name="proposal_has_reasons", condition=~Q(reasons="")),
            models.CheckConstraint(
                name="proposal_has_a_deadline", condition=Q(answer_by__gt=F("at"))
            ),
            *(
                models.CheckConstraint(
                    name=f"the_{side}_answers_a_proposal_at_a_moment",
                    condition=Q(**{f"{side}_answer": "", f"{side}_answered_at__isnull": True})
                    | ~Q(**{f"{side}_answer": ""}) & Q(**{f"{side}_answered_at__isnull": False}),
                )
                for side in ("client", "freelancer")
            ),
        ]

    def __str__(self) -> str:
        return f"the proposal in {self.dispute}"

    @property
    def back_to_client(self) -> Money:
        return self.dispute.at_stake - self.figure

    def answer_of(self, side: str) -> str:
        return self.client_answer if side == Side.CLIENT else self.freelancer_answer

    @property
    def is_accepted_by_both(self) -> bool:
        return {self.client_answer, self.freelancer_answer} == {self.Answer.ACCEPTED}


class DecisionQuerySet(models.QuerySet["Decision"]):
    def in_force(self) -> DecisionQuerySet:
        """Those that were made, and confirmed where that takes a second person."""
        return self.filter(in_force_at__isnull=False)

    def to_confirm(self) -> DecisionQuerySet:
        """Those that wait for a second person."""
        return self.filter(in_force_at=None, refused_at=None)

    def to_confirm_by(self, user: User) -> DecisionQuerySet:
        """Those that *user* may be the second person of, if they are neutral."""
        return self.to_confirm().exclude(by=user)


class Decision(models.Model):
    """What a mediator or an arbiter decided, and why. Above a cap a second person confirms it."""

    class Stage(models.TextChoices):
        PROPOSAL = "proposal", "proposal"  # it waits as one; confirmed, it is put to both sides
        FIRST = "first", "decision"
        APPEAL = "appeal", "decision on appeal"
        AWARD = "award", "award"

    class Basis(models.TextChoices):
        """Why it may be decided at all, where nobody agreed."""

        PROPOSAL = "proposal", "it is proposed to both sides"
        HOURS = "hours", "hours are decided by the rules of protection"
        SMALL = "small", "so small a claim is decided at once"
        UNANSWERED = "unanswered", "the mediator's question was not answered"
        APPEAL = "appeal", "it was appealed"
        ARBITRATION = "arbitration", "both sides chose arbitration"

    ref = ref_field()
    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="decisions")
    stage = models.CharField(max_length=10, choices=Stage)
    basis = models.CharField(max_length=12, choices=Basis)
    currency = currency_field()
    figure = money_field(help_text="What the freelancer gets of the gross")
    reasons = models.TextField(max_length=8_000)
    plan_hash = models.CharField(max_length=64)  # of the settlement preview that was confirmed
    document = models.ForeignKey(  # an award as its arbiter signed it
        "platform.File", models.PROTECT, null=True, related_name="+"
    )
    costs_on = models.CharField(  # who bears both shares of an arbiter; empty: each its own
        max_length=10, choices=Side, blank=True
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    in_force_at = models.DateTimeField(null=True)  # null: a second person is waited for
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    refused_at = models.DateTimeField(null=True)  # by the second person; it was never in force

    objects = DecisionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="decision_is_not_less_than_nothing", condition=Q(figure__gte=0)
            ),
            models.CheckConstraint(
                name="only_an_award_shifts_costs",
                condition=Q(costs_on="") | Q(stage="award", document__isnull=False),
            ),
            models.CheckConstraint(name="decision_has_reasons", condition=~Q(reasons="")),
            models.CheckConstraint(
                name="another_person_confirms_a_decision",
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("by")),
            ),
            models.CheckConstraint(
                name="a_refused_decision_was_never_in_force",
                condition=Q(in_force_at__isnull=True) | Q(refused_at__isnull=True),
            ),
            models.UniqueConstraint(
                name="a_stage_is_decided_once",
                fields=["dispute", "stage"],
                condition=Q(refused_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"the {self.get_stage_display()} in {self.dispute}"

    @property
    def back_to_client(self) -> Money:
        return self.dispute.at_stake - self.figure


class Mandate(models.Model):
    """Up to which sum one mediator decides alone. Above it a second person confirms."""

    mediator = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="mandates")
    currency = currency_field()
    cap = money_field(help_text="Of the money at stake")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_mediator_has_one_cap_a_currency", fields=["mediator", "currency"]
            ),
            models.CheckConstraint(name="a_cap_is_not_negative", condition=Q(cap__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.mediator} up to {self.cap}"
