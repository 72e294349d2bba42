from __future__ import annotations

from datetime import date, datetime

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django_fsm import FSMField, FSMModelMixin, transition

from billing_site.kernel.fields import currency_field, money_field, ref_field
from billing_site.kernel.money import Money
from billing_site.kernel.transitions import StateChange, nobody
from billing_site.people import staff
from billing_site.people.access import Deed, may
from billing_site.people.models import Organization, User
from payments.models.payee import PayoutMethod
from payments.models.payout_schedule import PayoutSchedule
from payments.models.quote import Quote

REVIEW = "payments.change_payout"


class PayoutQuerySet(models.QuerySet["Payout"]):
    def visible_to(self, user: User) -> PayoutQuerySet:
        return self.filter(freelancer__in=Organization.objects.of(user))

    def to_send(self, *, at: datetime) -> PayoutQuerySet:
        """Those whose time to change one's mind is over."""
        return self.filter(state=Payout.State.REQUESTED, send_at__lte=at).order_by("send_at", "pk")

    def at_once_on(self, day: date) -> PayoutQuerySet:
        """Those that were to be paid at once, asked for on that day, and that did not come back."""
        gone = [Payout.State.FAILED, Payout.State.CANCELLED]
        at_once = self.filter(speed=Payout.Speed.INSTANT, requested_at__date=day)
        return at_once.exclude(state__in=gone)

    def newest_first(self) -> PayoutQuerySet:
        return self.order_by("-requested_at", "-pk")

    def lock(self, pk: int) -> Payout:
        """Return the payout as it is now, and nobody else's until we commit."""
        return (
            self.select_related("freelancer", "method", "quote")
            .select_for_update(of=["self"], no_key=True)
            .get(pk=pk)
        )


class Payout(FSMModelMixin, models.Model):
    """A withdrawal: first a transfer to the freelancer's connected account, then to the bank."""

    class State(models.TextChoices):
        REQUESTED = "requested", "requested"
        HELD = "held", "being looked at"
        SENDING = "sending", "being sent"
        SENT = "sent", "on its way to the bank"
        PAID = "paid", "paid"
        FAILED = "failed", "failed, money is back"
        CANCELLED = "cancelled", "cancelled"

    class Speed(models.TextChoices):
        STANDARD = "standard", "standard"
        INSTANT = "instant", "at once"

    ref = ref_field()
    freelancer = models.ForeignKey("people.Organization", models.PROTECT, related_name="payouts")
    method = models.ForeignKey(PayoutMethod, models.PROTECT, related_name="payouts")
    quote = models.OneToOneField(
        Quote, models.PROTECT, null=True, related_name="payout", help_text="If it was converted"
    )
    currency = currency_field()
    amount = money_field(help_text="What leaves the available balance")
    fee = money_field(help_text="Of that, what we keep")
    speed = models.CharField(max_length=10, choices=Speed.choices, default=Speed.STANDARD)
    fee_back = money_field(null=True, help_text="Of the fee, where it was not paid at once")
    slowed_at = models.DateTimeField(null=True)
    slowed_for = models.CharField(max_length=300, blank=True, help_text="Why not at once")
    to_transfer = money_field(null=True, help_text="What does not lie at the account already")
    op_id = models.UUIDField(unique=True, null=True)
    schedule = models.ForeignKey(  # null: it was asked for by hand
        PayoutSchedule, models.PROTECT, null=True, related_name="payouts"
    )
    due_on = models.DateField(null=True, help_text="The day of the schedule")
    requested_at = models.DateTimeField()
    send_at = models.DateTimeField(help_text="May be cancelled until then")
    arrives_on = models.DateField(help_text="As promised")
    finished_at = models.DateTimeField(null=True)
    transfer_id = models.CharField(max_length=255, blank=True)
    payout_id = models.CharField(max_length=255, blank=True)
    trace = models.CharField(max_length=100, blank=True, help_text="By which banks find it")
    untraced_at = models.DateTimeField(null=True, help_text="Its bank gives no trace")
    problem = models.CharField(max_length=300, blank=True)
    problem_code = models.CharField(
        max_length=100, blank=True, help_text="As the provider calls it"
    )
    held_for = models.CharField(max_length=300, blank=True, help_text="Read by the freelancer")
    review_on = models.DateField(null=True, help_text="Decided by then, while it is held")
    state = FSMField(choices=State.choices, default=State.REQUESTED, protected=True, editable=False)

    objects = PayoutQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                name="payouts_to_send", fields=["send_at", "id"], condition=Q(state="requested")
            ),
            # Lines of the provider's balance are compared with them, by columns of another table.
            models.Index(name="payouts_by_transfer", fields=["transfer_id"]),
            models.Index(name="payouts_by_bank_payment", fields=["payout_id"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="payout_is_more_than_its_fee",
                condition=Q(fee__gte=0, amount__gt=F("fee"), amount__lte=10**9),
            ),
            models.CheckConstraint(
                name="payout_transfers_at_most_what_it_pays",
                condition=Q(to_transfer__isnull=True)
                | Q(to_transfer__gte=0, to_transfer__lte=F("amount") - F("fee")),
            ),
            models.CheckConstraint(
                name="a_held_payout_says_why_and_until_when",
                condition=~Q(state="held") | (~Q(held_for="") & Q(review_on__isnull=False)),
            ),
            models.CheckConstraint(
                name="payout_is_of_a_known_speed",
                condition=Q(speed__in=["standard", "instant"]),
            ),
            models.CheckConstraint(
                name="what_slowed_down_says_when_and_why_and_gives_some_fee_back",
                condition=Q(slowed_at__isnull=True, slowed_for="", fee_back__isnull=True)
                | Q(
                    ~Q(slowed_for=""),
                    slowed_at__isnull=False,
                    speed="standard",
                    fee_back__gte=0,
                    fee_back__lte=F("fee"),
                ),
            ),
            models.CheckConstraint(
                name="what_has_a_trace_is_not_without_one",
                condition=Q(trace="") | Q(untraced_at__isnull=True),
            ),
            models.UniqueConstraint(
                name="a_schedule_withdraws_once_a_day", fields=["schedule", "due_on"]
            ),
            models.CheckConstraint(
                name="a_payout_by_schedule_names_its_day",
                condition=Q(schedule__isnull=True, due_on__isnull=True)
                | Q(schedule__isnull=False, due_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"payout {self.ref}"

    def get_absolute_url(self) -> str:
        return reverse("payout", args=[self.ref])

    @property
    def net(self) -> Money:
        """What reaches the bank."""
        return self.amount - self.fee

    @property
    def kept(self) -> Money:
        """What we keep of it: the fee, or what of it did not go back."""
        return self.fee if self.fee_back is None else self.fee - self.fee_back

    @property
    def drawn(self) -> Money:
        """What it took from the balance for good."""
        return self.net + self.kept

    @property
    def is_instant(self) -> bool:
        return self.speed == self.Speed.INSTANT

    @property
    def taken(self) -> Money:
        """What left the balance that it was withdrawn from."""
        return self.quote.amount if self.quote else self.amount

    @property
    def is_waiting(self) -> bool:
        return self.state in {self.State.REQUESTED, self.State.SENDING, self.State.SENT}

    @property
    def is_held(self) -> bool:
        return self.state == self.State.HELD

    @property
    def tone(self) -> str:
        return {"paid": "good", "failed": "bad", "cancelled": ""}.get(self.state, "wait")

    # Who may take a step.

    def may_take_back(self, user: User) -> bool:
        """Once it is sent, only the gateway can still call it off."""
        return self.state != self.State.SENT and may(user, Deed.WITHDRAW, self.freelancer)

    def may_review(self, user: User) -> bool:
        return staff.holds(user, REVIEW)

    # Steps. They set fields and do nothing else; services give them their consequences.

    @transition(field=state, source=State.REQUESTED, target=State.HELD, permission=may_review)
    def hold(self, *, at: datetime, held_for: str, review_on: date) -> None:
        self.held_for, self.review_on = held_for, review_on

    @transition(field=state, source=State.HELD, target=State.REQUESTED, permission=may_review)
    def release(self, *, at: datetime, send_at: datetime, arrives_on: date) -> None:
        self.held_for, self.review_on = "", None
        self.send_at, self.arrives_on = send_at, arrives_on

    @transition(field=state, source=State.REQUESTED, target=State.SENDING, permission=nobody)
    def send(self, *, at: datetime, to_transfer: Money) -> None:
        self.to_transfer = to_transfer

    @transition(field=state, source=State.SENDING, target=State.SENT, permission=nobody)
    def transferred(self, *, at: datetime, transfer_id: str = "") -> None:
        self.transfer_id = transfer_id

    @transition(field=state, source=State.SENT, target=State.PAID, permission=nobody)
    def pay(self, *, at: datetime) -> None:
        self.finished_at = at

    @transition(
        field=state,
        source=[State.SENDING, State.SENT, State.PAID],
        target=State.FAILED,
        permission=nobody,
    )
    def fail(self, *, at: datetime, problem: str, problem_code: str = "") -> None:
        """What a bank has taken it may still send back, days later."""
        self.problem, self.problem_code = problem, problem_code
        self.finished_at = at

    @transition(
        field=state,
        source=[State.REQUESTED, State.HELD, State.SENT],
        target=State.CANCELLED,
        permission=may_take_back,
    )
    def cancel(self, *, at: datetime) -> None:
        self.finished_at = at


class PayoutChange(StateChange):
    payout = models.ForeignKey(Payout, models.PROTECT, related_name="changes")
