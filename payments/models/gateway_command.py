from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q

from payments.models.charge import Charge
from payments.models.chargeback import Chargeback
from payments.models.payee import Payee
from payments.models.payer import Payer
from payments.models.payout import Payout
from payments.models.refund import Refund

SUBJECTS = ("charge", "refund", "payout", "payee", "payer", "chargeback")

ANSWERED_WITHIN = timedelta(hours=1)
FUNDS_COME_WITHIN = timedelta(days=1)
# It was refused for now, so nothing of it is in doubt; see `outbox`.
SHORT = Q(state="queued", attempts__gt=0, is_stuck=False)


def _about_one_thing() -> Q:
    """One subject is named, and all the others are not."""
    condition = Q()
    for one in SUBJECTS:
        others = {name: None for name in SUBJECTS if name != one}
        condition |= Q(**{f"{one}__isnull": False}, **others)
    return condition


class GatewayCommandQuerySet(models.QuerySet["GatewayCommand"]):
    def lock(self, pk: int) -> GatewayCommand:
        return self.select_for_update(of=["self"], no_key=True).get(pk=pk)

    def due(self, *, at: datetime) -> GatewayCommandQuerySet:
        """Those that are to be called, or called again, because no answer was recorded."""
        return self.filter(
            state__in=GatewayCommand.OPEN, next_try_at__lte=at, is_stuck=False
        ).order_by("next_try_at", "pk")

    def unanswered(self, *, at: datetime) -> GatewayCommandQuerySet:
        """Those that nobody has answered for an hour, or that are not even made any more."""
        late = Q(state__in=GatewayCommand.OPEN, created_at__lte=at - ANSWERED_WITHIN) & ~SHORT
        return self.filter(late | Q(is_stuck=True))

    def waiting_for_funds(self, account: str) -> GatewayCommandQuerySet:
        """Those that *account*'s balance did not hold the last time; empty: our own."""
        of_payees = Q(kind=GatewayCommand.Kind.PAYOUT)
        of_theirs = of_payees & Q(params__account=account)
        return self.filter(SHORT, of_theirs if account else ~of_payees)

    def short_of_funds(self, *, at: datetime) -> GatewayCommandQuerySet:
        """Those that wait since yesterday until more of our own balance has settled."""
        return self.filter(SHORT, created_at__lte=at - FUNDS_COME_WITHIN)


class GatewayCommand(models.Model):
    """A call we are going to make, written down before it is made.

    The key is made of what the call is about, so that calling twice does it once; the same key
    means the same parameters, so they are stored and never computed again.
    """

    class Kind(models.TextChoices):
        START_CHECKOUT = "start_checkout", "open a payment page"
        EXPIRE_CHECKOUT = "expire_checkout", "close a payment page"
        START_METHOD_SETUP = "start_method_setup", "open a page to save a way to pay"
        CHARGE_SAVED = "charge_saved", "charge a saved way to pay"
        CANCEL_PAYMENT = "cancel_payment", "call a payment off"
        BANK_DETAILS = "bank_details", "ask where bank transfers go"
        DRAW_CASH = "draw_cash", "take a bank transfer as a payment"
        DETACH_METHOD = "detach_method", "let go of a saved way to pay"
        REFUND = "refund", "send a payment back"
        CREATE_PAYEE = "create_payee", "open a payee's account"
        ONBOARDING_PAGE = "onboarding_page", "open a payee's form"
        DASHBOARD_PAGE = "dashboard_page", "open a payee's dashboard"
        TRANSFER = "transfer", "move money to a payee"
        PAYOUT = "payout", "pay a payee's bank"
        KEEP_PAPER = "keep_paper", "hand over a file for a client's bank"
        SUBMIT_EVIDENCE = "submit_evidence", "answer a client's bank"
        ACCEPT_DISPUTE = "accept_dispute", "give a case of a bank up"

    class State(models.TextChoices):
        QUEUED = "queued", "queued"
        SENT = "sent", "being called"
        DONE = "done", "done"
        REFUSED = "refused", "refused"
        UNKNOWN = "unknown", "outcome unknown"

    OPEN = [State.QUEUED, State.SENT, State.UNKNOWN]

    kind = models.CharField(max_length=30, choices=Kind.choices)
    charge = models.ForeignKey(Charge, models.PROTECT, null=True, related_name="commands")
    refund = models.ForeignKey(Refund, models.PROTECT, null=True, related_name="commands")
    payout = models.ForeignKey(Payout, models.PROTECT, null=True, related_name="commands")
    payee = models.ForeignKey(Payee, models.PROTECT, null=True, related_name="commands")
    payer = models.ForeignKey(Payer, models.PROTECT, null=True, related_name="commands")
    chargeback = models.ForeignKey(Chargeback, models.PROTECT, null=True, related_name="commands")
    gateway = models.CharField(max_length=20)
    params = models.JSONField()
    generation = models.PositiveSmallIntegerField(default=1)
    key = models.CharField(max_length=255, unique=True)
    state = models.CharField(
        max_length=10, choices=State.choices, default=State.QUEUED, editable=False
    )
    gateway_object = models.CharField(max_length=255, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    first_sent_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    is_stuck = models.BooleanField(default=False, help_text="A person has to look")
    last_error = models.CharField(max_length=500, blank=True)

    objects = GatewayCommandQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="command_is_about_one_thing",
                condition=_about_one_thing(),
            ),
            models.CheckConstraint(name="a_command_knows_its_gateway", condition=~Q(gateway="")),
            models.CheckConstraint(
                name="command_state_is_known",
                condition=Q(state__in=["queued", "sent", "done", "refused", "unknown"]),
            ),
            models.CheckConstraint(
                name="finished_command_was_answered",
                condition=~Q(state__in=["done", "refused"]) | Q(answered_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                name="open_commands_by_turn",
                fields=["next_try_at", "id"],
                condition=Q(state__in=["queued", "sent", "unknown"]),
            )
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def subject(self) -> Charge | Refund | Payout | Payee | Payer | Chargeback:
        named = [self.charge, self.refund, self.payout, self.payee, self.payer, self.chargeback]
        found = next((each for each in named if each), None)
        assert found, "The database sees to it that a command is about something."
        return found

    @property
    def tone(self) -> str:
        return {"done": "good", "refused": "bad", "unknown": "bad"}.get(self.state, "wait")
