from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django_fsm import FSMField, FSMModelMixin, transition

from billing_site.kernel.fields import currency_field, money_field, ref_field
from billing_site.kernel.money import Money
from billing_site.kernel.transitions import StateChange, nobody
from billing_site.people.access import Deed, may
from billing_site.people.models import User
from payments.models.charge import Charge
from payments.models.escrow import Escrow
from payments.models.stray import StrayPayment


class RefundQuerySet(models.QuerySet["Refund"]):
    def lock(self, pk: int) -> Refund:
        return self.select_for_update(of=["self"], no_key=True).get(pk=pk)


class Refund(FSMModelMixin, models.Model):
    """Money on its way back to who paid: out of an escrow, or a payment nothing waited for."""

    class State(models.TextChoices):
        REQUESTED = "requested", "about to be sent back"
        SENT = "sent", "on its way back"
        SUCCEEDED = "succeeded", "sent back"
        FAILED = "failed", "could not be sent back"
        CREDITED = "credited", "kept as credit"

    ref = ref_field()
    charge = models.ForeignKey(Charge, models.PROTECT, related_name="refunds")
    escrow = models.ForeignKey(Escrow, models.PROTECT, null=True, related_name="refunds")
    stray = models.OneToOneField(StrayPayment, models.PROTECT, null=True, related_name="refund")
    is_credit = models.BooleanField(  # It had come back before, and was kept.
        default=False, help_text="The client's credit, sent back"
    )
    currency = currency_field()
    amount = money_field()
    to_credit = money_field(help_text="Of the amount: credit had paid it, and is credit again")
    # Out of held money: what of the amount is our fee, which was charged and not earned.
    client_fee = money_field(null=True)
    client_fee_tax = money_field(null=True)
    payment_id = models.CharField(max_length=255)
    refund_id = models.CharField(max_length=255, blank=True)
    reason = models.CharField(max_length=300)
    problem = models.CharField(max_length=300, blank=True)
    requested_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    short_since = models.DateTimeField(
        null=True, help_text="Our balance at the provider lacks it: it waits there"
    )
    state = FSMField(choices=State.choices, default=State.REQUESTED, protected=True, editable=False)

    objects = RefundQuerySet.as_manager()

    class Meta:
        indexes = [
            # Lines of the provider's balance are compared with them.
            models.Index(name="refunds_by_provider_name", fields=["refund_id"]),
        ]
        constraints = [
            models.CheckConstraint(name="refund_returns_something", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="credit_comes_back_as_credit",
                condition=Q(to_credit=0)
                | Q(to_credit__gt=0, to_credit__lte=F("amount"), escrow__isnull=False),
            ),
            models.CheckConstraint(
                name="only_what_is_on_its_way_waits_for_our_funds",
                condition=Q(short_since__isnull=True) | Q(state="sent"),
            ),
            models.CheckConstraint(
                name="refund_comes_out_of_one_place",
                condition=Q(escrow__isnull=True, stray__isnull=False, is_credit=False)
                | Q(escrow__isnull=False, stray__isnull=True, is_credit=False)
                | Q(escrow__isnull=True, stray__isnull=True, is_credit=True),
            ),
        ]

    def __str__(self) -> str:
        return f"refund {self.ref}"

    @property
    def sent_amount(self) -> Money:
        """What goes back to where it was paid from."""
        return self.amount - self.to_credit

    @property
    def tone(self) -> str:
        return {"succeeded": "good", "credited": "good", "failed": "bad"}.get(self.state, "wait")

    # Who may take a step.

    def may_decide(self, user: User) -> bool:
        """What did not arrive is its client's to decide about."""
        return self.state == self.State.FAILED and may(user, Deed.FUND, self.charge.client_id)

    # Steps.

    @transition(field=state, source=State.REQUESTED, target=State.SENT, permission=nobody)
    def send(self, *, at: datetime, refund_id: str) -> None:
        self.refund_id = refund_id

    @transition(
        field=state,
        source=[State.REQUESTED, State.FAILED],
        target=State.CREDITED,
        permission=may_decide,
    )
    def keep(self, *, at: datetime) -> None:
        """All of it had been paid by credit and is there already, or it could not be sent."""
        self.finished_at = at

    @transition(field=state, source=State.SENT, target=State.SUCCEEDED, permission=nobody)
    def succeed(self, *, at: datetime) -> None:
        self.finished_at, self.short_since = at, None

    @transition(field=state, source=State.FAILED, target=State.REQUESTED, permission=may_decide)
    def retry(self, *, at: datetime) -> None:
        self.problem, self.finished_at = "", None

    @transition(
        field=state,
        source=[State.SENT, State.SUCCEEDED],
        target=State.FAILED,
        permission=nobody,
    )
    def fail(self, *, at: datetime, problem: str) -> None:
        """A bank may send it back up to 30 days after it was sent."""
        self.problem, self.short_since = problem, None
        self.finished_at = at


class RefundChange(StateChange):
    refund = models.ForeignKey(Refund, models.PROTECT, related_name="changes")
