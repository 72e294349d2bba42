from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django_fsm import FSMField, FSMModelMixin, transition

from billing_site.kernel.fields import currency_field, money_field, ref_field
from billing_site.kernel.money import ABOUT, Money, about
from billing_site.kernel.transitions import StateChange, nobody
from billing_site.people.models import User
from payments.models.charge import Charge
from payments.models.escrow import Escrow
from payments.models.lot import Lot
from payments.models.open_item import OpenItem
from payments.models.refund import Refund
from payments.models.stray import StrayPayment

# The provider's words for bank debits that come back.
DEBIT_REASONS = (
    "bank_cannot_process",
    "debit_not_authorized",
    "incorrect_account_details",
    "insufficient_funds",
)

ANSWER = "payments.change_chargeback"  # of those of the staff who speak to banks
ALONE = 1_000  # about so many euros: above it, giving up takes two of them


def _up_to(units: int) -> Q:
    """Return the sums of up to about *units* euros, in every currency."""
    found = Q(amount__lte=units) & ~Q(currency__in=sorted(ABOUT))
    for currency in sorted(ABOUT):
        found |= Q(currency=currency, amount__lte=about(units, currency).amount)
    return found


class ChargebackQuerySet(models.QuerySet["Chargeback"]):
    def lock(self, pk: int) -> Chargeback:
        """Return the case as it is now, and nobody else's until we commit."""
        return self.select_related("charge").select_for_update(of=["self"], no_key=True).get(pk=pk)

    def undecided(self) -> ChargebackQuerySet:
        """Those that keep money: a bank decides, or has decided and takes it within the hour."""
        return self.filter(Q(state__in=Chargeback.UNDECIDED) | Q(state="lost", taken_at=None))

    def to_answer(self) -> ChargebackQuerySet:
        """Those that wait for our answer, the next to be due first."""
        waiting = self.filter(state__in=Chargeback.ANSWERABLE, submitted_at=None)
        return waiting.order_by("answer_by", "pk")


class Chargeback(FSMModelMixin, models.Model):
    """A client's bank wants a payment back, or all of what it was, or only asks about it."""

    class State(models.TextChoices):
        INQUIRY = "inquiry", "the bank asks about it"
        OPENED = "opened", "waits for our answer"
        RESPONDED = "responded", "with the bank, which decides"
        WON = "won", "won: the money is back"
        LOST = "lost", "lost: the bank has the money"
        CLOSED = "closed", "closed: it was only a question"

    UNDECIDED = (State.OPENED, State.RESPONDED)
    ANSWERABLE = (State.INQUIRY, State.OPENED)
    TONES = {"inquiry": "wait", "opened": "bad", "responded": "wait", "won": "good", "lost": "bad"}

    ref = ref_field()
    charge = models.ForeignKey(Charge, models.PROTECT, related_name="chargebacks")
    stray = models.ForeignKey(  # The payment is one that nothing of the charge had waited for.
        StrayPayment, models.PROTECT, null=True, related_name="chargebacks"
    )
    dispute_id = models.CharField(max_length=255, unique=True, help_text="The provider's name")
    currency = currency_field()
    amount = money_field(help_text="What the bank wants back: all of the payment, or a part")
    cost = money_field(null=True, help_text="What the provider asked for the case")
    reason = models.CharField(max_length=60, blank=True, help_text="The bank's, in a word")
    said = models.CharField(max_length=60, help_text="What the provider said last")
    opened_at = models.DateTimeField()
    answer_by = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)  # staff, of the date to answer by
    taken_at = models.DateTimeField(null=True)  # the bank has the money
    booked_at = models.DateTimeField(null=True)  # the outcome is in the books
    settled_at = models.DateTimeField(null=True)  # what came back is on our balance
    closed_at = models.DateTimeField(null=True)
    answers = models.PositiveSmallIntegerField(default=0)  # that were written, drafts included
    evidence = models.JSONField(default=dict)  # what we answer, by the provider's names
    submitted_at = models.DateTimeField(null=True)  # final: a bank hears us once
    submitted_by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    give_up_asked_at = models.DateTimeField(null=True)  # a second person is waited for
    give_up_asked_by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    given_up_at = models.DateTimeField(null=True)
    state = FSMField(choices=State.choices, default=State.INQUIRY, protected=True, editable=False)

    objects = ChargebackQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_bank_wants_something_back", condition=Q(amount__gt=0, amount__lte=10**9)
            ),
            models.CheckConstraint(
                name="what_was_taken_has_its_price",
                condition=Q(taken_at__isnull=True) | Q(cost__isnull=False, cost__gte=0),
            ),
            models.CheckConstraint(
                name="only_what_was_taken_and_decided_is_booked",
                condition=Q(booked_at__isnull=True)
                | Q(taken_at__isnull=False, state__in=["won", "lost"]),
            ),
            models.CheckConstraint(
                name="above_a_limit_two_people_give_a_case_up",
                condition=Q(given_up_at=None)
                | _up_to(ALONE)
                | Q(give_up_asked_by__isnull=False) & ~Q(submitted_by=F("give_up_asked_by")),
            ),
            models.CheckConstraint(
                name="a_decided_chargeback_says_since_when",
                condition=~Q(state__in=["won", "lost", "closed"]) | Q(closed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"chargeback {self.ref}"

    @property
    def tone(self) -> str:
        return self.TONES.get(str(self.state), "")

    @property
    def takes_two(self) -> bool:
        """Whether nobody gives it up alone."""
        return self.amount > about(ALONE, self.currency)

    @property
    def is_debit(self) -> bool:
        """Whether a debit came back: that is final. Reasons are many; how it was paid is sure."""
        return self.reason in DEBIT_REASONS or self.charge.way in settings.DEBIT_COOLING_DAYS

    @property
    def is_undecided(self) -> bool:
        about_to = self.state == self.State.LOST and self.taken_at is None
        return self.state in self.UNDECIDED or about_to

    def may_be_answered(self, at: datetime) -> bool:
        in_time = self.answer_by is None or at < self.answer_by
        return self.state in self.ANSWERABLE and self.submitted_at is None and in_time

    def may_decide(self, user: User) -> bool:
        return user.is_active and user.is_staff and user.has_perm(ANSWER)

    # Steps. They set fields and do nothing else; services give them their consequences.

    @transition(field=state, source="inquiry", target="opened", permission=nobody)
    def escalate(self, *, at: datetime) -> None:
        """It is another case from now on, and we are heard anew."""
        self.submitted_at = self.submitted_by = None
        self.give_up_asked_at = self.give_up_asked_by = None
        self.evidence = {}

    @transition(field=state, source="inquiry", target="closed", permission=nobody)
    def close(self, *, at: datetime) -> None:
        self.closed_at = at

    @transition(field=state, source="opened", target="responded", permission=nobody)
    def respond(self, *, at: datetime) -> None: ...

    @transition(field=state, source=["opened", "responded"], target="won", permission=nobody)
    def win(self, *, at: datetime) -> None:
        self.closed_at = at

    @transition(field=state, source=["opened", "responded"], target="lost", permission=nobody)
    def lose(self, *, at: datetime) -> None:
        self.closed_at = at

    @transition(field=state, source="lost", target="won", permission=nobody)
    def reinstate(self, *, at: datetime) -> None:
        self.closed_at = at


class ChargebackChange(StateChange):
    chargeback = models.ForeignKey(Chargeback, models.PROTECT, related_name="changes")


class ChargebackPart(models.Model):
    """Where a part of what a bank took for good was: whose loss it is, by kind."""

    class Kind(models.TextChoices):
        HELD = "held", "it was still held"
        RELEASED = "released", "it was the freelancer's"
        OWED = "owed", "the client owes it again"
        BORNE = "borne", "we bear it"
        STRAY = "stray", "nothing had waited for it"

    chargeback = models.ForeignKey(Chargeback, models.PROTECT, related_name="parts")
    kind = models.CharField(max_length=10, choices=Kind)
    escrow = models.ForeignKey(Escrow, models.PROTECT, null=True, related_name="+")
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, related_name="+")
    open_item = models.ForeignKey(OpenItem, models.PROTECT, null=True, related_name="+")
    refund = models.ForeignKey(Refund, models.PROTECT, null=True, related_name="+")
    currency = currency_field()
    amount = money_field(help_text="Of the chargeback's")
    gross = money_field(help_text="Of the escrow's or the lot's")
    from_pending = money_field(help_text="Of the freelancer's")
    from_available = money_field(help_text="Of the freelancer's")
    from_debt = money_field(help_text="What the freelancer owes since then")
    client_fee = money_field(help_text="Ours, on the client's side: given back")
    client_fee_tax = money_field(help_text="VAT on that")
    fee = money_field(help_text="Ours, on the freelancer's side: given back")
    fee_tax = money_field(help_text="VAT on that")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_part_of_a_chargeback_is_something", condition=Q(amount__gt=0)
            ),
            models.CheckConstraint(
                name="a_part_of_a_chargeback_adds_up",
                condition=Q(kind__in=["owed", "borne", "stray"])
                | Q(kind="held", amount=F("gross") + F("client_fee") + F("client_fee_tax"))
                | Q(
                    kind="released",
                    amount=F("from_pending")
                    + F("from_available")
                    + F("from_debt")
                    + F("fee")
                    + F("fee_tax")
                    + F("client_fee")
                    + F("client_fee_tax"),
                ),
            ),
            models.CheckConstraint(
                name="a_part_of_a_chargeback_says_where_it_was",
                condition=Q(kind="held", escrow__isnull=False)
                | Q(kind="released", lot__isnull=False)
                | Q(kind="owed", open_item__isnull=False)
                | Q(kind="stray", refund__isnull=False)
                | Q(kind="borne"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.chargeback}"

    @property
    def freelancer_amount(self) -> Money:
        return self.from_pending + self.from_available + self.from_debt
