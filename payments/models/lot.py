from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.db.models import F, Q

from billing_site.kernel.fields import currency_field, money_field, ref_field
from billing_site.kernel.money import Money, proportion, to_minor
from payments.models.escrow import Escrow
from payments.models.settlement import Settlement
from payments.models.terms import Terms


@dataclass(frozen=True, slots=True)
class LotPart:
    """A part of a lot that goes back: what the freelancer had of it, and both fees."""

    gross: Money
    amount: Money
    fee: Money
    fee_tax: Money
    client_fee: Money
    client_fee_tax: Money

    @property
    def client_total(self) -> Money:
        """What the client had paid for it."""
        return self.gross + self.client_fee + self.client_fee_tax


class LotQuerySet(models.QuerySet["Lot"]):
    def pending(self) -> LotQuerySet:
        return self.filter(made_available_at__isnull=True)

    def due(self, *, at: datetime) -> LotQuerySet:
        """Those whose security period is over."""
        free = self.pending().filter(kept_for=None, available_at__lte=at)
        free = free.filter(Q(let_go_at=None) | Q(let_go_at__lte=at))
        return free.order_by("available_at", "pk")

    def lock(self, pk: int) -> Lot:
        return self.select_for_update(of=["self"], no_key=True).get(pk=pk)


class Lot(models.Model):
    """What one release or payment brought a freelancer: pending until its date, then available."""

    ref = ref_field()
    escrow = models.ForeignKey(Escrow, models.PROTECT, null=True, related_name="lots")
    settlement = models.OneToOneField(
        Settlement, models.PROTECT, null=True, related_name="lot", help_text="Nothing was held"
    )
    client = models.ForeignKey("people.Organization", models.PROTECT, related_name="+")
    freelancer = models.ForeignKey("people.Organization", models.PROTECT, related_name="lots")
    document = models.CharField(max_length=60, help_text="invoice/K7Q2…: what it was released for")
    title = models.CharField(max_length=200)
    currency = currency_field()
    net = money_field(help_text="Of the price of the work")
    gross = money_field(help_text="With the freelancer's own VAT")
    fee = money_field(help_text="Ours, on the net")
    fee_tax = money_field(help_text="VAT on our fee")
    amount = money_field(help_text="What is the freelancer's")
    client_fee = money_field(help_text="Ours, earned with it")
    client_fee_tax = money_field(help_text="VAT on that")
    gross_back = money_field(help_text="Of the gross: went back to the client later")
    amount_back = money_field(help_text="Of the amount: went back with it")
    released_at = models.DateTimeField()
    available_at = models.DateTimeField()
    made_available_at = models.DateTimeField(null=True)
    kept_for = models.ForeignKey(
        "payments.Chargeback",
        models.PROTECT,
        null=True,
        related_name="keeps",
        help_text="Nothing becomes available of it while a bank decides",
    )
    let_go_at = models.DateTimeField(null=True, help_text="When no bank wanted it any more")

    objects = LotQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(  # of a few cents our fee may be all
                name="lot_brings_something", condition=Q(gross__gt=0, amount__gte=0)
            ),
            models.CheckConstraint(
                name="lot_is_the_gross_less_our_fee",
                condition=Q(amount=F("gross") - F("fee") - F("fee_tax")),
            ),
            models.CheckConstraint(
                name="no_more_goes_back_than_a_lot_brought",
                condition=Q(gross_back__gte=0, gross_back__lte=F("gross"))
                & Q(amount_back__gte=0, amount_back__lte=F("amount")),
            ),
            models.CheckConstraint(
                name="lot_comes_from_one_place",
                condition=Q(escrow__isnull=False, settlement__isnull=True)
                | Q(escrow__isnull=True, settlement__isnull=False),
            ),
            models.CheckConstraint(
                name="lot_is_available_no_sooner_than_its_date",
                condition=Q(made_available_at__isnull=True)
                | Q(made_available_at__gte=F("available_at")),
            ),
            models.UniqueConstraint(
                name="a_document_releases_an_escrow_once", fields=["escrow", "document"]
            ),
        ]
        indexes = [
            models.Index(name="lots_of_a_document", fields=["document"]),
            models.Index(
                name="pending_lots_by_date",
                fields=["available_at", "id"],
                condition=Q(made_available_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"lot {self.ref}"

    @property
    def free_at(self) -> datetime:
        """From when on it can be had: its date, or when a bank let go of it later than that."""
        return max(self.available_at, self.let_go_at or self.available_at)

    @property
    def left(self) -> Money:
        """What has not gone back of the freelancer's amount."""
        return self.amount - self.amount_back

    @property
    def source(self) -> Terms:
        """Under which terms it came: those of held money, or of what was owed."""
        if self.escrow:
            return self.escrow
        assert self.settlement, "A lot comes from one place."
        assert self.settlement.open_item, "What was not held was owed."
        return self.settlement.open_item

    @property
    def gone(self) -> LotPart:
        """Return all that went back of it so far, our fees too."""
        return self._gone_with(self.gross_back)

    def part_back(self, gross: Money) -> LotPart:
        """Return what goes with *gross* that goes back now.

        Rounded cumulatively: the parts of a whole lot add up to all that it brought.
        """
        before, until = self._gone_with(self.gross_back), self._gone_with(self.gross_back + gross)
        return LotPart(
            gross=gross,
            amount=until.amount - before.amount,
            fee=until.fee - before.fee,
            fee_tax=until.fee_tax - before.fee_tax,
            client_fee=until.client_fee - before.client_fee,
            client_fee_tax=until.client_fee_tax - before.client_fee_tax,
        )

    def _gone_with(self, gross: Money) -> LotPart:
        """Return what belongs to the first *gross* of it; no part of that ever shrinks."""
        assert gross <= self.gross, "No more goes back than a lot brought."
        gone, whole = to_minor(gross), to_minor(self.gross)
        ours = self.fee + self.fee_tax
        fees = proportion(ours, gone, whole)
        fee = proportion(self.fee, to_minor(fees), to_minor(ours)) if ours else ours
        return LotPart(
            gross=gross,
            amount=gross - fees,
            fee=fee,
            fee_tax=fees - fee,
            client_fee=proportion(self.client_fee, gone, whole),
            client_fee_tax=proportion(self.client_fee_tax, gone, whole),
        )
