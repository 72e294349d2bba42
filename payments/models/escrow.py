from __future__ import annotations

from copy import copy
from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django_fsm import FSMField, FSMModelMixin, transition

from billing_site.kernel.fields import currency_field, money_field, ref_field
from billing_site.kernel.money import Money
from billing_site.kernel.transitions import StateChange, nobody
from payments.models.terms import Part, Terms

# How long the provider lets money wait on our balance, in most countries; 2 years in the US.
HOLD_PERIOD = timedelta(days=90)


class EscrowQuerySet(models.QuerySet["Escrow"]):
    def lock(self, pk: int) -> Escrow:
        """Return the escrow as it is now, and nobody else's until we commit."""
        return (
            self.select_related("client", "freelancer")
            .select_for_update(of=["self"], no_key=True)
            .get(pk=pk)
        )

    def held(self) -> EscrowQuerySet:
        return self.filter(state=Escrow.State.HELD)

    def frozen(self) -> EscrowQuerySet:
        """Those that nothing leaves, because somebody decides whose it becomes."""
        return self.filter(freezes__isnull=False, freezes__ended_at=None).distinct()


class Escrow(FSMModelMixin, Terms):
    """Money set aside until the work is accepted. It knows nothing of the work."""

    class State(models.TextChoices):
        EXPECTED = "expected", "waiting for the payment"
        HELD = "held", "held"
        DROPPED = "dropped", "never paid"
        RELEASED = "released", "released"
        REFUNDED = "refunded", "refunded"
        SPLIT = "split", "released in part, the rest refunded"
        LOST = "lost", "taken back by the client's bank"

    FUNDED = (State.HELD, State.RELEASED, State.REFUNDED, State.SPLIT, State.LOST)

    ref = ref_field()
    currency = currency_field()  # declared again, above the sums of its own
    released = money_field(help_text="Of the gross, so far")
    refunded = money_field(help_text="Of the gross, so far")
    divided = money_field(help_text="Of the gross: in escrows of their own by now")
    lost = money_field(help_text="Of the gross: the client's bank took it back")
    divided_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="divided_into")
    outlives_charge = models.BooleanField(
        default=False, help_text="Waits for another payment where one fails"
    )
    funded_by = models.ForeignKey(
        "payments.Charge", models.PROTECT, null=True, related_name="funds"
    )
    created_at = models.DateTimeField()
    held_at = models.DateTimeField(null=True)
    hold_deadline = models.DateTimeField(null=True)
    hold_warnings = models.PositiveSmallIntegerField(default=0)  # of what no milestone holds
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
            models.CheckConstraint(
                name="no_more_leaves_an_escrow_than_it_held",
                condition=Q(released__gte=0, refunded__gte=0, divided__gte=0, lost__gte=0)
                & Q(released__lte=F("gross") - F("refunded") - F("divided") - F("lost")),
            ),
            models.CheckConstraint(
                name="what_left_an_escrow_says_how_it_ended",
                condition=Q(state__in=["expected", "dropped"])
                & Q(released=0, refunded=0, divided=0, lost=0)
                | Q(state="held")
                & Q(released__lt=F("gross") - F("refunded") - F("divided") - F("lost"))
                | Q(state="released", released=F("gross") - F("divided") - F("lost"), refunded=0)
                | Q(state="refunded", released=0, refunded=F("gross") - F("divided") - F("lost"))
                | Q(state="split", released__gt=0, refunded__gt=0)
                & Q(released=F("gross") - F("refunded") - F("divided") - F("lost"))
                | Q(state="lost", lost__gt=0)
                & Q(released=F("gross") - F("refunded") - F("divided") - F("lost")),
            ),
        ]
        indexes = [models.Index(name="escrows_of_a_document", fields=["document"])]

    def __str__(self) -> str:
        return f"escrow {self.ref}"

    def holding_until(self, percent: int) -> datetime:
        """When *percent* of the time that it may be held is over."""
        assert self.held_at, "Nothing is held."
        assert self.hold_deadline, "What is held has a deadline."
        return self.held_at + (self.hold_deadline - self.held_at) * percent / 100

    @property
    def remaining(self) -> Money:
        """What is held of the gross now, once it was funded."""
        return self.gross - self.gone

    @property
    def gone(self) -> Money:
        """What of the gross is held here no more."""
        return self.released + self.refunded + self.divided + self.lost

    @property
    def origin(self) -> Escrow:
        """The one that was paid for: this one, unless it was divided off."""
        return self.divided_from.origin if self.divided_from else self

    @property
    def is_frozen(self) -> bool:
        """Whether nothing leaves it now."""
        return self.freezes.open().exists()

    @property
    def tone(self) -> str:
        return {"held": "held", "expected": "wait", "released": "good", "lost": "bad"}.get(
            self.state, ""
        )

    def release_of(self, gross: Money) -> Part:
        """Return what releasing *gross* now gives each side. The last part empties it.

        What was divided off takes our fee by its own terms, and nothing of it early: where it is
        all that left for the work, what is released next brings that.
        """
        kept = self.divided + self.released
        work = self.part(gross, before=kept)
        fee = work.freelancer_fee
        if self.divided and not self.released:
            more = fee + self.fee_taken_early(self.divided)
            fee = more if more + work.freelancer_fee_tax <= gross else fee
        gone = work if kept == self.gone else self.part(gross, before=self.gone)
        return Part(
            gross=gross,
            net=work.net,
            client_fee=gone.client_fee,
            client_fee_tax=gone.client_fee_tax,
            freelancer_fee=fee,
            freelancer_fee_tax=work.freelancer_fee_tax,
        )

    def refund_of(self, gross: Money) -> Part:
        """Return what goes back to the client with *gross*: the fee not earned, and its tax."""
        back = self.part(gross, before=self.divided + self.refunded + self.lost)
        gone = self.part(gross, before=self.gone)
        return Part(
            gross=gross,
            net=back.net,
            client_fee=gone.client_fee,
            client_fee_tax=gone.client_fee_tax,
            freelancer_fee=gross - gross,
            freelancer_fee_tax=gross - gross,
        )

    def division(self, released: Money) -> tuple[Part, Part]:
        """Return what goes to the freelancer and what comes back, if all that is left leaves now.

        As the books will have it: first *released* of the gross leaves, then the rest.
        """
        after = copy(self)
        after.released = self.released + released
        return self.release_of(released), after.refund_of(after.remaining)

    # Steps. They set fields and do nothing else; services give them their consequences.

    @transition(field=state, source=State.EXPECTED, target=State.HELD, permission=nobody)
    def fund(self, *, at: datetime, funded_by_id: int | None) -> None:
        self.funded_by_id = funded_by_id
        self.held_at = at
        self.hold_deadline = at + HOLD_PERIOD

    @transition(field=state, source=State.EXPECTED, target=State.DROPPED, permission=nobody)
    def drop(self, *, at: datetime) -> None: ...

    @transition(field=state, source=State.HELD, target=State.RELEASED, permission=nobody)
    def release(self, *, at: datetime) -> None: ...

    @transition(field=state, source=State.HELD, target=State.REFUNDED, permission=nobody)
    def refund(self, *, at: datetime) -> None: ...

    @transition(field=state, source=State.HELD, target=State.SPLIT, permission=nobody)
    def split(self, *, at: datetime) -> None: ...

    @transition(field=state, source=State.HELD, target=State.LOST, permission=nobody)
    def lose(self, *, at: datetime) -> None: ...


class EscrowChange(StateChange):
    escrow = models.ForeignKey(Escrow, models.PROTECT, related_name="changes")
