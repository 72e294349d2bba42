from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django_fsm import FSMField, FSMModelMixin, transition

from billing_site.kernel.fields import ref_field
from billing_site.kernel.transitions import StateChange
from billing_site.people.models import User
from disputes.models.dispute import Dispute
from invoices.models import Invoice
from payments.models import Payout


class TicketQuerySet(models.QuerySet["Ticket"]):
    def visible_to(self, user: User) -> TicketQuerySet:
        """A question is between the person who asked and our staff: it may be about colleagues."""
        return self.filter(asked_by=user)

    def unfinished(self) -> TicketQuerySet:
        return self.exclude(state=Ticket.State.CLOSED)

    def with_subject(self) -> TicketQuerySet:
        return self.select_related("invoice", "payout", "dispute__escrow", "asked_by")

    def lock(self, pk: int) -> Ticket:
        found = self.with_subject().select_for_update(of=["self"], no_key=True)
        return found.get(pk=pk)


class Ticket(FSMModelMixin, models.Model):
    """A question to our staff, with its thread. It may be about one thing the person can see."""

    class State(models.TextChoices):
        OPEN = "open", "waiting for us"
        WAITING = "waiting", "waiting for you"
        ANSWERED = "answered", "answered"
        CLOSED = "closed", "closed"

    TONES: dict[State, str] = {State.OPEN: "held", State.WAITING: "wait", State.ANSWERED: "good"}
    UNFINISHED: Collection[str] = (State.OPEN, State.WAITING, State.ANSWERED)

    ref = ref_field()
    subject = models.CharField(max_length=150)
    invoice = models.ForeignKey(Invoice, models.PROTECT, null=True, related_name="+")
    payout = models.ForeignKey(Payout, models.PROTECT, null=True, related_name="+")
    dispute = models.ForeignKey(Dispute, models.PROTECT, null=True, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    moved_at = models.DateTimeField(help_text="Since when it waits for whom it waits for")
    state = FSMField(choices=State.choices, default=State.OPEN, protected=True, editable=False)

    objects = TicketQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_question_is_about_one_thing_at_most",
                condition=Q(invoice__isnull=True, payout__isnull=True)
                | Q(invoice__isnull=True, dispute__isnull=True)
                | Q(payout__isnull=True, dispute__isnull=True),
            ),
            models.CheckConstraint(name="a_question_has_words", condition=~Q(subject="")),
        ]
        indexes = [
            models.Index(
                fields=["moved_at"], condition=Q(state="open"), name="questions_unanswered"
            ),
        ]

    def __str__(self) -> str:
        return f"the question “{self.subject}”"

    def get_absolute_url(self) -> str:
        return reverse("ticket", args=[self.ref])

    @property
    def about(self) -> Invoice | Payout | Dispute | None:
        return self.invoice or self.payout or self.dispute

    @property
    def tone(self) -> str:
        return self.TONES.get(self.State(self.state), "")

    @property
    def is_unfinished(self) -> bool:
        return self.state in self.UNFINISHED

    @property
    def waits_for_us(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def waits_for_you(self) -> bool:
        return self.state == self.State.WAITING

    # Who may take a step.

    def is_ours(self, user: User) -> bool:
        return bool(user.is_staff and user.is_active and user.pk != self.asked_by_id)

    def is_theirs(self, user: User) -> bool:
        return user.pk == self.asked_by_id

    def is_of(self, user: User) -> bool:
        return self.is_theirs(user) or self.is_ours(user)

    # Steps.

    @transition(field=state, source=["open", "answered"], target="waiting", permission=is_ours)
    def ask_back(self, *, at: datetime) -> None:
        self.moved_at = at

    @transition(field=state, source=["open", "waiting"], target="answered", permission=is_ours)
    def answer(self, *, at: datetime) -> None:
        self.moved_at = at

    @transition(field=state, source=["waiting", "answered"], target="open", permission=is_theirs)
    def reply(self, *, at: datetime) -> None:
        self.moved_at = at

    @transition(field=state, source=UNFINISHED, target="closed", permission=is_of)
    def close(self, *, at: datetime) -> None:
        self.moved_at = at


class TicketChange(StateChange):
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="changes")


class TicketMessage(models.Model):
    """What was said in the thread. It stays as it was said."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="messages")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    is_from_staff = models.BooleanField(default=False)
    text = models.TextField(max_length=5_000)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_message_of_a_thread_has_words", condition=~Q(text="")),
        ]

    def __str__(self) -> str:
        return f"a message in {self.ticket}"
