"""What a freelancer would like an hour to cost, for the client to agree to or not."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django_fsm import FSMField, FSMModelMixin, transition

from billing_site.kernel.fields import currency_field, money_field, ref_field
from billing_site.kernel.transitions import StateChange, nobody
from billing_site.people.models import User
from invoices.models.contract import Contract

PROPOSAL_STANDS = timedelta(days=14)


class RateProposalQuerySet(models.QuerySet["RateProposal"]):
    def visible_to(self, user: User) -> RateProposalQuerySet:
        return self.filter(contract__in=Contract.objects.visible_to(user))

    def open(self) -> RateProposalQuerySet:
        return self.filter(state=RateProposal.State.PROPOSED)

    def unanswered(self, *, at: datetime) -> RateProposalQuerySet:
        """Those whose time is over."""
        return self.open().filter(answer_by__lte=at)

    def lock(self, pk: int) -> RateProposal:
        """Return the proposal as it is now. Its contract is locked before it."""
        return (
            self.select_related("contract__client", "contract__freelancer", "proposed_by")
            .select_for_update(of=["self"], no_key=True)
            .get(pk=pk)
        )


class RateProposal(FSMModelMixin, models.Model):
    """A higher rate that a freelancer asks for. Silence leaves the rate as it is."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "waiting for the client"
        ACCEPTED = "accepted", "accepted"
        DECLINED = "declined", "declined"
        WITHDRAWN = "withdrawn", "withdrawn"
        EXPIRED = "expired", "expired"

    TONES: dict[State, str] = {
        State.PROPOSED: "wait",
        State.ACCEPTED: "good",
        State.DECLINED: "bad",
        State.EXPIRED: "bad",
    }

    ref = ref_field()
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="rate_proposals")
    currency = currency_field()
    rate = money_field(help_text="An hour, without VAT")
    was = money_field(help_text="What an hour cost when it was proposed")
    reason = models.TextField(max_length=1_000, blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    state = FSMField(choices=State.choices, default=State.PROPOSED, protected=True, editable=False)

    objects = RateProposalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_proposal_asks_for_more",
                condition=Q(was__gt=0, rate__gt=F("was"), rate__lte=10**6),
            ),
            models.CheckConstraint(
                name="a_proposal_has_a_deadline", condition=Q(answer_by__gt=F("proposed_at"))
            ),
            models.CheckConstraint(
                name="an_answered_proposal_says_since_when",
                condition=Q(state="proposed", answered_at__isnull=True)
                | ~Q(state="proposed") & Q(answered_at__isnull=False),
            ),
            models.UniqueConstraint(
                name="one_proposal_waits_at_a_time",
                fields=["contract"],
                condition=Q(state="proposed"),
            ),
        ]
        indexes = [
            models.Index(
                fields=["answer_by"], condition=Q(state="proposed"), name="proposals_unanswered"
            ),
        ]

    def __str__(self) -> str:
        return f"the proposal of {self.rate} an hour"

    def get_absolute_url(self) -> str:
        return reverse("rate-proposal", args=[self.ref])

    @property
    def title(self) -> str:
        return self.contract.title

    @property
    def tone(self) -> str:
        return self.TONES.get(self.State(self.state), "")

    @property
    def is_open(self) -> bool:
        return self.state == self.State.PROPOSED

    # Who may take a step.

    def freelancer_may_work(self, user: User) -> bool:
        return self.contract.freelancer_may_work(user)

    def client_may_offer(self, user: User) -> bool:
        return self.contract.client_may_offer(user)

    # Steps.

    @transition(field=state, source="proposed", target="accepted", permission=client_may_offer)
    def accept(self, *, at: datetime) -> None:
        self.answered_at = at

    @transition(field=state, source="proposed", target="declined", permission=client_may_offer)
    def decline(self, *, at: datetime) -> None:
        self.answered_at = at

    @transition(field=state, source="proposed", target="withdrawn", permission=freelancer_may_work)
    def withdraw(self, *, at: datetime) -> None:
        self.answered_at = at

    @transition(field=state, source="proposed", target="expired", permission=nobody)
    def expire(self, *, at: datetime) -> None:
        self.answered_at = at


class RateProposalChange(StateChange):
    rateproposal = models.ForeignKey(RateProposal, models.PROTECT, related_name="changes")
