from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.urls import reverse
from django_fsm import FSMField, FSMModelMixin, transition

from billing_site.kernel.fields import currency_field, money_field, ref_field
from billing_site.kernel.money import Money
from billing_site.kernel.transitions import StateChange, nobody
from billing_site.people.access import Deed, may
from billing_site.people.models import Organization, User
from disputes.models.dispute_rows import (
    DECIDED,
    OPEN,
    OUTCOMES,
    RUNNING,
    UNARBITRATED,
    DisputeQuerySet,
)
from disputes.models.dispute_rules import INDEXES, RULES
from disputes.models.sides import Reason, Side, mediates
from invoices.models import Contract, Invoice
from payments.models import Escrow

PENDING = "arbitration_pending"


class Dispute(FSMModelMixin, models.Model):
    """Two sides disagree about the money of one escrow. It is frozen until it is split, once.

    Every figure in it is what the freelancer gets of the gross; the rest goes back.
    """

    class State(models.TextChoices):
        OPEN = "open", "between the two sides"
        IN_MEDIATION = "in_mediation", "with the mediator"
        PROPOSED = "proposed", "a proposal waits for both"
        UNRESOLVED = "unresolved", "the proposal was refused"
        DECIDED = "decided", "decided, can be appealed"
        IN_APPEAL = "in_appeal", "in appeal"
        ARBITRATION_PENDING = "arbitration_pending", "one side chose arbitration"
        IN_ARBITRATION = "in_arbitration", "with the arbiter"
        SETTLED = "settled", "settled"
        FINAL = "final", "decided for good"
        AWARDED = "awarded", "awarded"
        DEFAULTED = "defaulted", "ended by silence"
        WITHDRAWN = "withdrawn", "withdrawn"
        VOID = "void", "ended: the bank took the money"

    TONES = {
        State.OPEN: "wait",
        State.IN_MEDIATION: "held",
        State.PROPOSED: "wait",
        State.UNRESOLVED: "bad",
        State.DECIDED: "held",
        State.IN_APPEAL: "held",
        State.ARBITRATION_PENDING: "wait",
        State.IN_ARBITRATION: "held",
        State.SETTLED: "good",
        State.FINAL: "good",
        State.AWARDED: "good",
    }

    ref = ref_field()
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="disputes")
    escrow = models.ForeignKey(Escrow, models.PROTECT, related_name="disputes")
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="disputes")
    made_invoice = models.BooleanField(  # there was none, so opening wrote one over it all
        default=False
    )
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    side = models.CharField(max_length=10, choices=Side)  # who opened it
    reason = models.CharField(max_length=20, choices=Reason)
    words = models.TextField(max_length=4_000, help_text="What is contested, and why")
    currency = currency_field()
    at_stake = money_field(help_text="Gross, as it was held when the dispute began")
    claimed = money_field(help_text="What the freelancer should get, says who opened it")
    policy_version = models.CharField(max_length=20)
    opened_at = models.DateTimeField()

    answer_by = models.DateTimeField()  # the other side's first word
    answered_at = models.DateTimeField(null=True)
    act_by = models.DateTimeField(null=True)  # when silence decides what comes next
    warned_at = models.DateTimeField(null=True)  # of act_by as it is now
    overdue_at = models.DateTimeField(null=True)  # since when the supervisor is to look

    mediator = models.ForeignKey(  # of this stage; null: nobody has taken it
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="mediates"
    )
    figure = money_field(null=True, help_text="What was decided or agreed")
    closed_at = models.DateTimeField(null=True)
    split_at = models.DateTimeField(null=True)  # null: another cause still keeps the money
    split_to_freelancer = money_field(null=True, help_text="Gross, as it was paid")
    split_to_client = money_field(null=True, help_text="Gross, as it went back")
    state = FSMField(choices=State.choices, default=State.OPEN, protected=True, editable=False)

    objects = DisputeQuerySet.as_manager()

    class Meta:
        constraints = RULES
        indexes = INDEXES
        permissions = [
            ("mediate_dispute", "Can mediate and decide disputes"),
            ("supervise_dispute", "Can supervise mediators"),
        ]

    def __str__(self) -> str:
        return f"the dispute about “{self.escrow.title}”"

    def get_absolute_url(self) -> str:
        return reverse("dispute", args=[self.ref])

    @property
    def tone(self) -> str:
        return self.TONES.get(self.State(self.state), "")

    @property
    def is_running(self) -> bool:
        """Whether it has no outcome yet: the two may speak, show, and settle it."""
        return self.state in RUNNING

    @property
    def takes_evidence(self) -> bool:
        """Until something is decided."""
        return self.state in (*OPEN, self.State.IN_APPEAL)

    @property
    def has_outcome(self) -> bool:
        return self.state in OUTCOMES

    @property
    def is_about_hours(self) -> bool:
        return self.invoice.source == Invoice.Source.WEEK

    @property
    def back_to_client(self) -> Money | None:
        return None if self.figure is None else self.at_stake - self.figure

    @property
    def who_hears(self) -> User | None:
        """Who has taken it, unless they hear no cases any more."""
        return self.mediator if self.mediator and mediates(self.mediator) else None

    def organization_of(self, side: str) -> Organization:
        return self.contract.client if side == Side.CLIENT else self.contract.freelancer

    def side_of(self, user: User) -> Side | None:
        """For which side *user* may speak, if for any."""
        if self.client_may_speak(user):
            return Side.CLIENT
        return Side.FREELANCER if self.freelancer_may_speak(user) else None

    # Who may take a step.

    def client_may_speak(self, user: User) -> bool:
        return may(user, Deed.OFFER, self.contract.client)

    def freelancer_may_speak(self, user: User) -> bool:
        return may(user, Deed.WORK, self.contract.freelancer)

    def either_side(self, user: User) -> bool:
        return self.side_of(user) is not None

    def who_opened(self, user: User) -> bool:
        return self.side_of(user) == self.side

    def who_mediates(self, user: User) -> bool:
        return self.mediator_id == user.pk and mediates(user)

    # Steps.

    @transition(field=state, source="open", target="in_mediation", permission=either_side)
    def escalate(self, *, at: datetime, act_by: datetime) -> None:
        self._wait(act_by)

    @transition(field=state, source="in_mediation", target="proposed", permission=who_mediates)
    def propose(self, *, at: datetime, act_by: datetime) -> None:
        self._wait(act_by)

    @transition(field=state, source="proposed", target="unresolved", permission=either_side)
    def refuse(self, *, at: datetime, act_by: datetime) -> None:
        self._wait(act_by)

    @transition(field=state, source="in_mediation", target="decided", permission=who_mediates)
    def decide(self, *, at: datetime, figure: Money, act_by: datetime) -> None:
        self.figure = figure
        self._wait(act_by)

    @transition(field=state, source="decided", target="in_appeal", permission=either_side)
    def appeal(self, *, at: datetime, act_by: datetime) -> None:
        self.mediator = None  # Somebody else hears it.
        self._wait(act_by)

    @transition(field=state, source="in_appeal", target="final", permission=who_mediates)
    def decide_appeal(self, *, at: datetime, figure: Money) -> None:
        self._close(at, figure)

    @transition(field=state, source="decided", target="final", permission=nobody)
    def lapse(self, *, at: datetime) -> None:
        self._close(at, self.figure)

    @transition(field=state, source="unresolved", target=PENDING, permission=either_side)
    def pay_share(self, *, at: datetime, act_by: datetime) -> None:
        self._wait(act_by)

    @transition(field=state, source=PENDING, target="in_arbitration", permission=nobody)
    def start(self, *, at: datetime) -> None:
        self.mediator = None  # An arbiter takes it.
        self._wait(None)

    @transition(field=state, source="in_arbitration", target="awarded", permission=who_mediates)
    def award(self, *, at: datetime, figure: Money) -> None:
        self._close(at, figure)

    @transition(field=state, source=["unresolved", PENDING], target="defaulted", permission=nobody)
    def default(self, *, at: datetime, figure: Money) -> None:
        self._close(at, figure)

    @transition(field=state, source="in_arbitration", target="unresolved", permission=who_mediates)
    def discontinue(self, *, at: datetime, act_by: datetime) -> None:
        self._wait(act_by)

    @transition(field=state, source=[*OPEN, *DECIDED], target="settled", permission=either_side)
    def settle(self, *, at: datetime, figure: Money) -> None:
        self._close(at, figure)

    @transition(field=state, source=list(UNARBITRATED), target="withdrawn", permission=who_opened)
    def withdraw(self, *, at: datetime) -> None:
        self._close(at, None)

    @transition(field=state, source=[*OPEN, *DECIDED], target="void", permission=nobody)
    def void(self, *, at: datetime) -> None:
        self._close(at, None)

    def _wait(self, act_by: datetime | None) -> None:
        self.act_by, self.warned_at, self.overdue_at = act_by, None, None

    def _close(self, at: datetime, figure: Money | None) -> None:
        self._wait(None)
        self.figure, self.closed_at = figure, at


class DisputeChange(StateChange):
    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="changes")
