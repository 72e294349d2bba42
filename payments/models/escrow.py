from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django_fsm import FSMField, FSMModelMixin, transition

from billing_site.kernel.fields import currency_field, money_field, ref_field
from billing_site.kernel.money import Money, share
from billing_site.kernel.transitions import StateChange, nobody

# How long the provider lets money wait on our balance, in most countries; 2 years in the US.
HOLD_PERIOD = timedelta(days=90)


class EscrowQuerySet(models.QuerySet["Escrow"]):
    def lock(self, pk: int) -> Escrow:
        """Return the escrow as it is now, and nobody else's until we commit."""
        return self.select_for_update(of=["self"], no_key=True).get(pk=pk)

    def held(self) -> EscrowQuerySet:
        return self.filter(state=Escrow.State.HELD)


class Escrow(FSMModelMixin, models.Model):
    """Money set aside until the work is accepted. It knows nothing of the work."""

    class State(models.TextChoices):
        EXPECTED = "expected", "waiting for the payment"
        HELD = "held", "held"
        DROPPED = "dropped", "never paid"
        RELEASED = "released", "released"
        REFUNDED = "refunded", "refunded"

    ref = ref_field()
    client = models.ForeignKey("people.Organization", models.PROTECT, related_name="+")
    freelancer = models.ForeignKey("people.Organization", models.PROTECT, related_name="+")
    currency = currency_field()
    net = money_field(help_text="The price of the work")
    tax = money_field(help_text="The freelancer's own VAT on it")
    gross = money_field(help_text="What is held: net and tax")
    client_fee = money_field(help_text="What the client pays us on top, earned at release")
    client_fee_tax = money_field(help_text="VAT on the client's fee")
    freelancer_fee_bps = models.PositiveSmallIntegerField()
    freelancer_fee_tax_bps = models.PositiveSmallIntegerField()
    fee_tax_country_client = models.CharField(max_length=2)
    fee_tax_country_freelancer = models.CharField(max_length=2)
    security_days = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField()
    held_at = models.DateTimeField(null=True)
    hold_deadline = models.DateTimeField(null=True)
    state = FSMField(choices=State.choices, default=State.EXPECTED, protected=True, editable=False)

    objects = EscrowQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="escrow_holds_something", condition=Q(net__gt=0, net__lte=10**9)
            ),
            models.CheckConstraint(
                name="escrow_gross_is_net_and_tax", condition=Q(gross=F("net") + F("tax"))
            ),
            models.CheckConstraint(
                name="escrow_fees_and_taxes_are_not_negative",
                condition=Q(tax__gte=0, client_fee__gte=0, client_fee_tax__gte=0),
            ),
            models.CheckConstraint(
                name="escrow_rates_are_shares",
                condition=Q(freelancer_fee_bps__lte=10_000, freelancer_fee_tax_bps__lte=10_000),
            ),
            models.CheckConstraint(
                name="nobody_holds_money_for_themselves", condition=~Q(client=F("freelancer"))
            ),
            models.CheckConstraint(
                name="held_money_has_a_deadline",
                condition=Q(state__in=["expected", "dropped"])
                | Q(held_at__isnull=False, hold_deadline__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"escrow {self.ref}"

    @property
    def total(self) -> Money:
        """What the client pays for it all."""
        return self.gross + self.client_fee + self.client_fee_tax

    @property
    def freelancer_fee(self) -> Money:
        """Our fee on the price, never on the freelancer's VAT."""
        return share(self.net, basis_points=self.freelancer_fee_bps)

    @property
    def freelancer_fee_tax(self) -> Money:
        return share(self.freelancer_fee, basis_points=self.freelancer_fee_tax_bps)

    @property
    def net_to_freelancer(self) -> Money:
        return self.gross - self.freelancer_fee - self.freelancer_fee_tax

    @property
    def tone(self) -> str:
        return {"held": "held", "expected": "wait", "released": "good"}.get(self.state, "")

    # Steps. They set fields and do nothing else; services give them their consequences.

    @transition(field=state, source=State.EXPECTED, target=State.HELD, permission=nobody)
    def fund(self, *, at: datetime) -> None:
        self.held_at = at
        self.hold_deadline = at + HOLD_PERIOD

    @transition(field=state, source=State.EXPECTED, target=State.DROPPED, permission=nobody)
    def drop(self, *, at: datetime) -> None: ...

    @transition(field=state, source=State.HELD, target=State.RELEASED, permission=nobody)
    def release(self, *, at: datetime) -> None: ...

    @transition(field=state, source=State.HELD, target=State.REFUNDED, permission=nobody)
    def refund(self, *, at: datetime) -> None: ...


class EscrowChange(StateChange):
    escrow = models.ForeignKey(Escrow, models.PROTECT, related_name="changes")
