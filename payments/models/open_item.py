from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from django.db import models
from django.db.models import F, Min, Q

from billing_site.kernel.fields import currency_field, money_field, ref_field
from billing_site.kernel.money import Money, proportion, to_minor
from payments.models.charge import Charge
from payments.models.escrow import Escrow
from payments.models.terms import Part, Terms

# When a client is written to, in days after the due date: politely, each time once.
LADDER = (-3, 0, 3, 7, 14)
IN_THE_MORNING = time(8, tzinfo=UTC)


class OpenItemQuerySet(models.QuerySet["OpenItem"]):
    def open(self) -> OpenItemQuerySet:
        return self.filter(closed_at__isnull=True)

    def still_owed(self) -> OpenItemQuerySet:
        """Those that are open and were not given up: nobody is asked for what was."""
        return self.open().filter(written_off_at__isnull=True)

    def asked_for_by(self, charge: Charge) -> OpenItemQuerySet:
        """What a charge is for, and what is owed since the platform filled its escrows."""
        filled = Q(escrow__settlements__charge=charge)
        return self.filter(Q(settlements__charge=charge) | filled).distinct()

    def overdue(self, *, at: datetime) -> OpenItemQuerySet:
        """Those whose due date has passed, but not what was given up."""
        return self.still_owed().filter(due_on__lt=at.date())

    def to_remind(self, *, at: datetime) -> OpenItemQuerySet:
        """Those whose next letter may be due; the first to be due first."""
        due = Q()
        for sent, days in enumerate(LADDER):
            due |= Q(reminders__lte=sent, due_on__lte=at.date() - timedelta(days=days))
        return self.still_owed().filter(due).order_by("due_on", "pk")

    def next_letter_at(self, *, after: datetime) -> datetime | None:
        """Return when somebody is written to next, after a moment."""
        moments = []
        for sent, days in enumerate(LADDER):
            first_day = after.date() - timedelta(days=days)
            if datetime.combine(after.date(), IN_THE_MORNING) <= after:
                first_day += timedelta(days=1)
            waiting = self.still_owed().filter(reminders__lte=sent)
            due_on = waiting.filter(due_on__gte=first_day).aggregate(first=Min("due_on"))["first"]
            if due_on:
                moments.append(datetime.combine(due_on + timedelta(days=days), IN_THE_MORNING))
        return min(moments, default=None)

    def lock(self, pk: int) -> OpenItem:
        """Return the item as it is now, and nobody else's until we commit."""
        return (
            self.select_related("client", "freelancer")
            .select_for_update(of=["self"], no_key=True)
            .get(pk=pk)
        )


class OpenItem(Terms):
    """What a client owes on one approved document for which nothing is held.

    It is a document's row and not the books': a receivable is booked only for what the
    platform has paid out itself (`is_advanced`). Then what arrives is the platform's; else
    it goes straight to the freelancer.
    """

    ref = ref_field()
    escrow = models.OneToOneField(  # filled by the platform in the client's stead
        Escrow, models.PROTECT, null=True, related_name="advance"
    )
    currency = currency_field()  # declared again, above the sums of its own
    paid = money_field(help_text="Of the total, so far")
    credited = money_field(help_text="Of the total: no longer owed, by credit notes")
    replaces = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        related_name="again",
        help_text="What was owed and paid in full, before a bank took all of that back",
    )
    is_advanced = models.BooleanField(
        default=False, help_text="The freelancer has been paid: what arrives is the platform's"
    )
    due_on = models.DateField()
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    written_off_at = models.DateTimeField(null=True)
    reminders = models.PositiveSmallIntegerField(default=0)  # rungs of the ladder that passed

    objects = OpenItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="open_item_asks_for_something", condition=Q(net__gt=0, net__lte=10**9)
            ),
            models.CheckConstraint(
                name="open_item_gross_is_net_and_tax", condition=Q(gross=F("net") + F("tax"))
            ),
            models.CheckConstraint(
                name="open_item_fees_and_taxes_are_not_negative",
                condition=Q(tax__gte=0, client_fee__gte=0, client_fee_tax__gte=0),
            ),
            models.CheckConstraint(
                name="open_item_rates_are_shares",
                condition=Q(freelancer_fee_bps__lte=10_000, freelancer_fee_tax_bps__lte=10_000),
            ),
            models.CheckConstraint(
                name="nobody_owes_themselves", condition=~Q(client=F("freelancer"))
            ),
            models.CheckConstraint(
                name="nobody_pays_more_than_they_owe",
                condition=Q(paid__gte=0, credited__gte=0)
                & Q(paid__lte=F("gross") + F("client_fee") + F("client_fee_tax") - F("credited")),
            ),
            models.CheckConstraint(
                name="only_what_was_advanced_filled_an_escrow",
                condition=Q(is_advanced=True) | Q(escrow__isnull=True),
            ),
            models.UniqueConstraint(name="a_document_is_owed_once", fields=["document"]),
        ]
        indexes = [
            models.Index(
                name="open_items_by_client",
                fields=["client", "due_on"],
                condition=Q(closed_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"open item {self.ref}"

    @property
    def before(self) -> list[OpenItem]:
        """What it was owed as, as often as a bank took back what paid it; the first one first."""
        return [*self.replaces.before, self.replaces] if self.replaces else []

    @property
    def owed(self) -> Money:
        """What is left to pay of the total."""
        return self.total - self.paid - self.credited

    @property
    def unpaid_gross(self) -> Money:
        """What of the gross is neither paid nor credited."""
        return self._paid_for(self.total - self.credited)[0] - self._paid_for(self.paid)[0]

    @property
    def paid_part(self) -> tuple[Money, Money, Money]:
        """What was paid of the gross, of our fee, and of the tax on that."""
        gross, fee = self._paid_for(self.paid)
        return gross, fee, self.paid - gross - fee

    def moment_of(self, rung: int) -> datetime:
        """When the letter of a rung (from 1) is due."""
        day = self.due_on + timedelta(days=LADDER[rung - 1])
        return datetime.combine(day, IN_THE_MORNING)

    def rung_at(self, at: datetime) -> int:
        """How many rungs of the ladder have come by *at*."""
        return sum(self.moment_of(rung) <= at for rung in range(1, len(LADDER) + 1))

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def is_still_owed(self) -> bool:
        return self.is_open and self.written_off_at is None

    def reduce(self, gross: Money) -> Money:
        """Owe *gross* less, which nobody has paid, and return that with our fee on it.

        Payments fill the total from its beginning, credits take from its end: so whatever
        was paid, both sides' parts add up.
        """
        assert gross <= self.unpaid_gross, "What was paid goes back another way."
        if not gross:
            return gross
        owed = self._paid_for(self.total - self.credited)[0] - gross
        until = proportion(self.total, to_minor(owed), to_minor(self.gross))
        if gross == self.unpaid_gross:
            until = self.paid
        less = self.total - self.credited - until
        self.credited += less
        return less

    def close_if_settled(self, *, at: datetime) -> None:
        if self.closed_at is None and not self.owed:
            self.closed_at = at

    def payment_of(self, amount: Money) -> Part:
        """Return what *amount*, paid now, is for: gross, our fee, and the tax on that.

        Rounded cumulatively, so that the parts of the total add up to it.
        """
        before, after = self._paid_for(self.paid), self._paid_for(self.paid + amount)
        work = self.part(after[0] - before[0], before=before[0])
        return Part(
            gross=work.gross,
            net=work.net,
            client_fee=after[1] - before[1],
            client_fee_tax=amount - (after[0] - before[0]) - (after[1] - before[1]),
            freelancer_fee=work.freelancer_fee,
            freelancer_fee_tax=work.freelancer_fee_tax,
        )

    def _paid_for(self, total: Money) -> tuple[Money, Money]:
        """The gross and the client fee in the first *total* of the total."""
        gross = proportion(self.gross, to_minor(total), to_minor(self.total))
        ours = self.client_fee + self.client_fee_tax
        if not ours:
            return gross, ours
        return gross, proportion(self.client_fee, to_minor(total - gross), to_minor(ours))
