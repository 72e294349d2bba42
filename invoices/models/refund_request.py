from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django_fsm import FSMField, FSMModelMixin, transition

from billing_site.kernel.fields import currency_field, money_field, ref_field
from billing_site.kernel.money import Money
from billing_site.kernel.transitions import StateChange, nobody
from billing_site.people.access import Deed, may
from billing_site.people.models import User
from invoices.models.contract import Contract
from invoices.models.invoice import Invoice
from invoices.models.milestone import Milestone
from invoices.models.refund_request_rows import RefundRequestQuerySet

ANSWER_WITHIN = timedelta(days=7)
MEDIATED_FOR = timedelta(days=30)  # in dispute about released money
ASKED_WITHIN = timedelta(days=365)  # after the payment, for released money


class RefundRequest(FSMModelMixin, models.Model):
    """A client asks for money back: what is held and not invoiced, or what was released.

    On held money it says what the freelancer keeps, and silence grants it. On released
    money silence closes it: what was paid is the freelancer's.
    """

    class Kind(models.TextChoices):
        HELD = "held", "money that is held"
        RELEASED = "released", "money that was released"

    class State(models.TextChoices):
        ASKED = "asked", "waiting for the freelancer"
        GRANTED = "granted", "granted"
        REFUSED = "refused", "refused"
        DISPUTED = "disputed", "in dispute"
        WITHDRAWN = "withdrawn", "withdrawn"
        CLOSED = "closed", "closed without an answer"

    TONES: dict[State, str] = {
        State.ASKED: "wait",
        State.GRANTED: "good",
        State.REFUSED: "bad",
        State.DISPUTED: "bad",
    }
    OVER: Collection[str] = (State.GRANTED, State.REFUSED, State.WITHDRAWN, State.CLOSED)

    ref = ref_field()
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="refund_requests")
    kind = models.CharField(max_length=10, choices=Kind)
    milestone = models.ForeignKey(
        Milestone, models.PROTECT, null=True, related_name="refund_requests"
    )
    invoice = models.ForeignKey(  # whose released money is asked for
        Invoice, models.PROTECT, null=True, related_name="refund_requests"
    )
    currency = currency_field()
    held = money_field(help_text="What was held or paid when it was asked, with VAT")
    offered_net = money_field(help_text="What the freelancer keeps, without VAT")
    offered = money_field(help_text="What the freelancer keeps, with VAT")
    reason = models.TextField(max_length=1_000, blank=True)
    as_credit = models.BooleanField(
        default=False, help_text="The client keeps what comes back, for what comes next"
    )
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    stood_to = models.DateTimeField(  # what a freeze took of the time to answer is given back
        null=True, help_text="Up to when"
    )
    reminded_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    state = FSMField(choices=State.choices, default=State.ASKED, protected=True, editable=False)

    objects = RefundRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="request_is_about_held_or_released_money",
                condition=Q(kind="held", milestone__isnull=False, invoice__isnull=True)
                | Q(kind="released", milestone__isnull=True, invoice__isnull=False),
            ),
            models.CheckConstraint(
                name="request_asks_for_something_that_is_there",
                condition=Q(
                    offered_net__gte=0, offered__gte=F("offered_net"), offered__lt=F("held")
                ),
            ),
            models.CheckConstraint(
                name="request_has_a_deadline", condition=Q(answer_by__gt=F("asked_at"))
            ),
            models.CheckConstraint(
                name="answered_request_says_since_when",
                condition=Q(state="asked", answered_at__isnull=True)
                | ~Q(state="asked") & Q(answered_at__isnull=False),
            ),
            models.UniqueConstraint(
                name="held_money_is_asked_for_once_at_a_time",
                fields=["milestone"],
                condition=Q(state="asked"),
            ),
            models.UniqueConstraint(
                name="released_money_is_asked_for_once_at_a_time",
                fields=["invoice"],
                condition=Q(state="asked"),
            ),
        ]
        indexes = [
            models.Index(
                fields=["answer_by"], condition=Q(state="asked"), name="requests_unanswered"
            ),
        ]

    def __str__(self) -> str:
        return f"the request for “{self.title}”"

    def get_absolute_url(self) -> str:
        return reverse("refund-request", args=[self.ref])

    @property
    def title(self) -> str:
        about = self.milestone or self.invoice
        assert about, "A request is about something."
        return about.title

    @property
    def tone(self) -> str:
        return self.TONES.get(self.State(self.state), "")

    @property
    def is_asked(self) -> bool:
        return self.state == self.State.ASKED

    @property
    def amount(self) -> Money:
        """What is asked back, with the freelancer's VAT and without our fee."""
        return self.held - self.offered

    @property
    def silence_words(self) -> str:
        """What silence means for it, in the middle of a sentence."""
        if self.kind == self.Kind.HELD:
            return "it counts as granted"
        return "it is closed without an answer"

    @property
    def asked_net(self) -> Money:
        """What is asked back of an invoice, without VAT."""
        assert self.invoice, "Released money was paid on an invoice."
        return self.invoice.net - self.offered_net

    @property
    def mediated_until(self) -> datetime:
        """When the mediation about released money is over."""
        assert self.answered_at, "Who disputes it answers it."
        return self.answered_at + MEDIATED_FOR

    # Who may take a step.

    def freelancer_may_work(self, user: User) -> bool:
        return may(user, Deed.WORK, self.contract.freelancer)

    def client_may_offer(self, user: User) -> bool:
        return may(user, Deed.OFFER, self.contract.client)

    def side_may_dispute(self, user: User) -> bool:
        return self.client_may_offer(user) or self.freelancer_may_work(user)

    # Steps.

    @transition(
        field=state, source=["asked", "disputed"], target="granted", permission=freelancer_may_work
    )
    def grant(self, *, at: datetime) -> None:
        self.answered_at = at

    @transition(field=state, source="asked", target="granted", permission=nobody)
    def lapse(self, *, at: datetime) -> None:
        self.answered_at = at

    @transition(field=state, source="asked", target="closed", permission=nobody)
    def expire(self, *, at: datetime) -> None:
        self.answered_at = at

    @transition(field=state, source="asked", target="withdrawn", permission=client_may_offer)
    def withdraw(self, *, at: datetime) -> None:
        self.answered_at = at

    @transition(field=state, source="asked", target="refused", permission=freelancer_may_work)
    def refuse(self, *, at: datetime) -> None:
        self.answered_at = at

    @transition(
        field=state,
        source=["asked", "refused"],
        target="disputed",
        permission=side_may_dispute,
    )
    def dispute(self, *, at: datetime) -> None:
        self.answered_at = at

    @transition(field=state, source="disputed", target="closed", permission=nobody)
    def close(self, *, at: datetime) -> None:
        self.answered_at = at


class RefundRequestChange(StateChange):
    refundrequest = models.ForeignKey(RefundRequest, models.PROTECT, related_name="changes")
