from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django_fsm import FSMField, FSMModelMixin, transition

from billing_site.kernel.fields import currency_field, money_field, ref_field
from billing_site.kernel.money import Money
from billing_site.kernel.transitions import StateChange, nobody
from billing_site.people.access import Deed, may
from billing_site.people.models import User
from payments.models.charge_rows import ChargeQuerySet
from payments.models.quote import Quote


class Charge(FSMModelMixin, models.Model):
    """A client's payment on its way to us. What it is for are its settlements."""

    class State(models.TextChoices):
        BEGUN = "begun", "not paid yet"
        PROCESSING = "processing", "on its way"
        ACTION_NEEDED = "action_needed", "your bank asks you to confirm"
        SUCCEEDED = "succeeded", "paid"
        FAILED = "failed", "failed"
        CANCELLED = "cancelled", "cancelled"

    WAITING = (State.BEGUN, State.PROCESSING, State.ACTION_NEEDED)

    ref = ref_field()
    client = models.ForeignKey("people.Organization", models.PROTECT, related_name="charges")
    currency = currency_field()
    amount = money_field()
    credit = money_field(help_text="Of the amount: the client's credit pays it")
    refunded = money_field(help_text="What has gone back, or is about to")
    taken_back = money_field(help_text="What a bank has taken back")
    quote = models.OneToOneField(
        Quote, models.PROTECT, null=True, related_name="charge", help_text="If it was converted"
    )
    # The one that was given up for it, because less was owed by then.
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="successor")
    method = models.CharField(max_length=60, blank=True)
    way = models.CharField(
        max_length=30, blank=True, help_text="The provider's word: card, us_bank_account …"
    )
    statement = models.CharField(
        max_length=22, blank=True, help_text="What the statement of a card says"
    )
    return_path = models.CharField(max_length=300, default="/payments/")
    session_id = models.CharField(max_length=255, blank=True)
    page_url = models.CharField(max_length=1000, blank=True)
    page_expires_at = models.DateTimeField(null=True)
    payment_id = models.CharField(max_length=255, blank=True)
    problem = models.CharField(max_length=300, blank=True)
    begun_at = models.DateTimeField()
    arrives_on = models.DateField(null=True)
    finished_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    state = FSMField(choices=State.choices, default=State.BEGUN, protected=True, editable=False)

    objects = ChargeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="charge_takes_something", condition=Q(amount__gt=0, amount__lte=10**9)
            ),
            models.CheckConstraint(
                name="refunds_never_exceed_what_a_charge_brought",
                condition=Q(refunded__gte=0, refunded__lte=F("amount") - F("credit"))
                & (Q(state="succeeded") | Q(refunded=0)),
            ),
            # A refund may be on its way when a bank is faster: then it fails at the provider.
            models.CheckConstraint(
                name="a_bank_takes_no_more_back_than_a_charge_brought",
                condition=Q(taken_back__gte=0, taken_back__lte=F("amount") - F("credit"))
                & (Q(state="succeeded") | Q(taken_back=0)),
            ),
            models.CheckConstraint(
                name="credit_pays_a_part_of_a_charge_or_all",
                condition=Q(credit__gte=0, credit__lte=F("amount")),
            ),
            models.UniqueConstraint(
                name="a_checkout_session_has_one_charge",
                fields=["session_id"],
                condition=~Q(session_id=""),
            ),
            models.UniqueConstraint(
                name="a_payment_has_one_charge",
                fields=["payment_id"],
                condition=~Q(payment_id=""),
            ),
        ]

    def __str__(self) -> str:
        return f"payment {self.ref}"

    def get_absolute_url(self) -> str:
        return reverse("payment", args=[self.ref])

    @property
    def asked(self) -> Money:
        """What the provider brings towards it: all that credit does not pay."""
        return self.amount - self.credit

    @property
    def what_for(self) -> str:
        """The titles of what it settles; two parts of one week have the same."""
        return ", ".join(dict.fromkeys(each.title for each in self.settlements.all()))

    @property
    def on_statement(self) -> str:
        """What the statement of a card says, if the provider brings any of it."""
        return self.statement if self.asked else ""

    @property
    def charged(self) -> Money:
        """The same in the currency that the client pays in."""
        return self.quote.amount if self.quote else self.asked

    @property
    def refundable(self) -> Money:
        """What of it can still go back to where it came from."""
        left = self.asked - self.refunded - self.taken_back
        return max(left, left - left)

    @property
    def is_waiting(self) -> bool:
        """Whether news may still come without anybody here doing anything."""
        return self.state in self.WAITING

    @property
    def has_arrived(self) -> bool:
        return self.state == self.State.SUCCEEDED

    @property
    def waits_for_payer(self) -> bool:
        """Whether it goes on once its client pays or confirms; no bank is at it."""
        return self.state in {self.State.BEGUN, self.State.ACTION_NEEDED}

    @property
    def is_payable(self) -> bool:
        return self.waits_for_payer and bool(self.page_url)

    @property
    def tone(self) -> str:
        return {"succeeded": "good", "failed": "bad", "cancelled": ""}.get(self.state, "wait")

    # Who may take a step.

    def may_fund(self, user: User) -> bool:
        return may(user, Deed.FUND, self.client)

    # Steps. They set fields and do nothing else; services give them their consequences.

    @transition(
        field=state,
        source=[State.BEGUN, State.ACTION_NEEDED],
        target=State.PROCESSING,
        permission=nobody,
    )
    def submit(self, *, at: datetime, paid_by: str, payment_id: str) -> None:
        self.method = paid_by
        self.payment_id = payment_id

    @transition(field=state, source=State.PROCESSING, target=State.ACTION_NEEDED, permission=nobody)
    def require_action(self, *, at: datetime) -> None: ...

    @transition(field=state, source=State.PROCESSING, target=State.SUCCEEDED, permission=nobody)
    def succeed(self, *, at: datetime, paid_by: str) -> None:
        self.method = paid_by
        self.problem = ""
        self.finished_at = at

    @transition(field=state, source=State.PROCESSING, target=State.FAILED, permission=nobody)
    def fail(self, *, at: datetime, problem: str) -> None:
        self.problem = problem
        self.finished_at = at

    @transition(
        field=state,
        source=[State.PROCESSING, State.ACTION_NEEDED],
        target=State.BEGUN,
        permission=nobody,
    )
    def reopen(self, *, at: datetime, problem: str) -> None:
        """It did not arrive, and is collected in another way."""
        self.problem = problem
        self.method = self.payment_id = ""
        self.arrives_on = None

    @transition(
        field=state,
        source=[State.BEGUN, State.ACTION_NEEDED],
        target=State.CANCELLED,
        permission=may_fund,
    )
    def cancel(self, *, at: datetime) -> None:
        self.finished_at = at


class ChargeChange(StateChange):
    charge = models.ForeignKey(Charge, models.PROTECT, related_name="changes")
