from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Exists, OuterRef, Q

from payments.models.charge import Charge
from payments.models.escrow import Escrow
from payments.models.freeze import Freeze
from payments.models.gateway_command import GatewayCommand
from payments.models.payer import PaymentMethod
from payments.models.quote import Quote
from payments.models.settlement import Settlement

# After the first round nobody is there either: the others follow so long after the beginning.
ROUNDS_AFTER = [timedelta(hours=hours) for hours in (0, 24, 72, 120, 168)]


class CollectionQuerySet(models.QuerySet["Collection"]):
    def waiting(self) -> CollectionQuerySet:
        """Those that are not paid, whoever has to do something about it."""
        return self.filter(charge__state__in=Charge.WAITING)

    def asking(self) -> CollectionQuerySet:
        """Those beside which nothing else is begun: not what a client chose, and a bank is at."""
        chosen = Q(only__isnull=False, charge__state=Charge.State.PROCESSING)
        return self.waiting().exclude(chosen)

    def late(self) -> CollectionQuerySet:
        """Those that were tried in vain, and are not paid yet."""
        return self.waiting().filter(late_since__isnull=False)

    def still_owed(self) -> CollectionQuerySet:
        """Those for something that is owed, and not kept by a freeze until it is decided."""
        owed = Q(open_item__closed_at__isnull=True, open_item__written_off_at__isnull=True)
        advanced = Q(
            escrow__advance__closed_at__isnull=True, escrow__advance__written_off_at__isnull=True
        )
        kept = Freeze.objects.open().filter(escrow=OuterRef("escrow"))
        parts = Settlement.objects.filter(charge=OuterRef("charge")).exclude(Exists(kept))
        return self.filter(
            Exists(
                parts.filter(
                    Q(escrow__state=Escrow.State.EXPECTED)
                    | (Q(open_item__isnull=False) & owed)
                    | (Q(escrow__advance__isnull=False) & advanced)
                )
            )
        )

    def due(self, *, at: datetime) -> CollectionQuerySet:
        return self.filter(next_try_at__lte=at).order_by("next_try_at", "pk")


class Collection(models.Model):
    """A charge that we make with what its client saved, without the client being there.

    A round tries the saved methods in their order until one of them pays. Between rounds the
    charge waits, and can be paid on a page at any time; after the last it waits for a person.
    """

    charge = models.OneToOneField(Charge, models.PROTECT, related_name="collection")
    only = models.ForeignKey(  # null: all that are saved, in their order
        PaymentMethod,
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="The client was there and chose it: it is tried once, and nothing else",
    )
    began_at = models.DateTimeField()
    rounds = models.PositiveSmallIntegerField(default=0, help_text="That ended without payment")
    next_try_at = models.DateTimeField(null=True, help_text="When the next round begins")
    late_since = models.DateTimeField(null=True, help_text="When the first round ended in vain")
    waits_for_more = models.BooleanField(
        default=False, help_text="Too little to be charged: it comes with the next charge"
    )

    objects = CollectionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_collection_is_late_after_a_round",
                condition=Q(late_since__isnull=True, rounds=0)
                | Q(late_since__isnull=False, rounds__gt=0),
            ),
            models.CheckConstraint(
                name="nobody_is_late_with_what_is_too_little_to_be_charged",
                condition=Q(waits_for_more=False)
                | Q(late_since__isnull=True, next_try_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(
                name="collections_by_turn",
                fields=["next_try_at", "id"],
                condition=Q(next_try_at__isnull=False),
            ),
            models.Index(
                name="late_collections",
                fields=["late_since", "id"],
                condition=Q(late_since__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"collection of {self.charge}"

    def turn_before(self, moment: datetime) -> datetime:
        """Return when the last round was to begin that is due by *moment*."""
        planned = (self.began_at + later for later in ROUNDS_AFTER)
        return max((at for at in planned if at <= moment), default=self.began_at)

    def next_round_after(self, moment: datetime) -> datetime | None:
        """Return when the next round begins by itself; None: from now on a person has to pay."""
        planned = (self.began_at + later for later in ROUNDS_AFTER)
        return next((at for at in planned if at > moment), None)


class ChargeAttempt(models.Model):
    """One try to collect a charge with one saved method, and what its bank said."""

    class Outcome(models.TextChoices):
        ASKED = "asked", "being tried"
        ON_ITS_WAY = "on_its_way", "on its way"
        PAID = "paid", "paid"
        REFUSED = "refused", "refused"
        TO_CONFIRM = "to_confirm", "to be confirmed by you"

    OPEN = (Outcome.ASKED, Outcome.ON_ITS_WAY)

    collection = models.ForeignKey(Collection, models.PROTECT, related_name="attempts")
    method = models.ForeignKey(PaymentMethod, models.PROTECT, related_name="attempts")
    command = models.OneToOneField(GatewayCommand, models.PROTECT, related_name="attempt")
    quote = models.ForeignKey(
        Quote,
        models.PROTECT,
        null=True,
        related_name="attempts",
        help_text="What was asked, in the client's own currency",
    )
    round = models.PositiveSmallIntegerField()
    outcome = models.CharField(
        max_length=20, choices=Outcome.choices, default=Outcome.ASKED, editable=False
    )
    words = models.CharField(max_length=300, blank=True, help_text="What the bank said")
    payment_id = models.CharField(max_length=255, blank=True)
    begun_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_charge_is_tried_with_one_method_at_a_time",
                fields=["collection"],
                condition=Q(finished_at__isnull=True),
            ),
            models.UniqueConstraint(
                name="a_round_tries_a_method_once", fields=["collection", "round", "method"]
            ),
            models.CheckConstraint(
                name="an_attempt_ends_when_its_outcome_is_known",
                condition=Q(finished_at__isnull=True, outcome__in=["asked", "on_its_way"])
                | Q(finished_at__isnull=False, outcome__in=["paid", "refused", "to_confirm"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.method} for {self.collection.charge}"

    @property
    def tone(self) -> str:
        return {"paid": "good", "refused": "bad"}.get(self.outcome, "wait")
