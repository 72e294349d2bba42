from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django_fsm import FSMField, FSMModelMixin, transition

from billing_site.kernel.fields import CURRENCIES, currency_field, money_field, ref_field
from billing_site.kernel.money import Money
from billing_site.kernel.transitions import NotAllowed, StateChange, nobody
from billing_site.people.access import Deed, may
from billing_site.people.models import Organization, User
from payments.models.payee import PayoutMethod

PAYS_A_DEBT = "debt/"


class RateIsOver(NotAllowed):
    """The quote has run out: there is another one, at the rate of now."""


class QuoteQuerySet(models.QuerySet["Quote"]):
    def visible_to(self, user: User) -> QuoteQuerySet:
        return self.filter(organization__in=Organization.objects.of(user))

    def run_out(self, *, at: datetime) -> QuoteQuerySet:
        return self.filter(state=Quote.State.OPEN, valid_until__lte=at).order_by("pk")

    def of_withdrawals(self) -> QuoteQuerySet:
        return self.filter(method__isnull=False)

    def used_by(self, organization: Organization | int) -> QuoteQuerySet:
        """Those by which *organization* has converted what it earned."""
        theirs = Q(method__isnull=False) | Q(document__startswith=PAYS_A_DEBT)
        return self.filter(theirs, organization=organization, state=Quote.State.USED)

    def lock(self, pk: int) -> Quote:
        """Return the quote as it is now, and nobody else's until we commit."""
        return (
            self.select_related("organization", "method")
            .select_for_update(of=["self"], no_key=True)
            .get(pk=pk)
        )


class Quote(FSMModelMixin, models.Model):
    """What a sum becomes in another currency, at a rate that stands until a moment; used once.

    It is the one row with two currencies, since it is about nothing else.
    """

    class State(models.TextChoices):
        OPEN = "open", "locked"
        USED = "used", "used"
        EXPIRED = "expired", "expired"
        REPLACED = "replaced", "not paid at; a later one took its place"

    ref = ref_field()
    organization = models.ForeignKey("people.Organization", models.PROTECT, related_name="quotes")
    method = models.ForeignKey(PayoutMethod, models.PROTECT, null=True, related_name="quotes")
    document = models.CharField(
        max_length=60, blank=True, help_text="milestone/K7Q2…: what a client pays with it"
    )
    currency = currency_field()
    amount = money_field(help_text="What is converted, our margin included")
    margin = money_field(help_text="Of that, what we keep")
    margin_bps = models.PositiveIntegerField()
    into_currency = models.CharField(max_length=3, choices=CURRENCIES)
    into = money_field(currency="into_currency", help_text="What it becomes")
    rate = models.DecimalField(max_digits=24, decimal_places=12, help_text="Without our margin")
    rate_source = models.CharField(max_length=20)
    rate_title = models.CharField(max_length=60, help_text="Of who says so, as a person reads it")
    rate_on = models.DateField()
    asked_at = models.DateTimeField()
    valid_until = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    state = FSMField(choices=State.choices, default=State.OPEN, protected=True, editable=False)

    objects = QuoteQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                name="quotes_that_run_out", fields=["valid_until", "id"], condition=Q(state="open")
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="a_quote_makes_something_of_something",
                condition=Q(amount__gt=F("margin"), margin__gte=0, into__gt=0, rate__gt=0),
            ),
            models.CheckConstraint(
                name="a_quote_is_for_a_bank_or_for_a_document",
                condition=Q(method__isnull=False, document="")
                | (Q(method__isnull=True) & ~Q(document="")),
            ),
            models.CheckConstraint(
                name="a_quote_is_between_two_currencies",
                condition=~Q(currency=F("into_currency")),
            ),
            models.CheckConstraint(
                name="a_quote_stands_for_a_while", condition=Q(valid_until__gt=F("asked_at"))
            ),
            models.CheckConstraint(
                name="a_quote_is_used_in_its_time",
                condition=Q(
                    state__in=["used", "replaced"],
                    used_at__isnull=False,
                    used_at__gte=F("asked_at"),
                    used_at__lt=F("valid_until"),
                )
                | (~Q(state__in=["used", "replaced"]) & Q(used_at__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"quote {self.ref}"

    def get_absolute_url(self) -> str:
        return reverse("quote", args=[self.ref])

    @property
    def exchanged(self) -> Money:
        """What is multiplied by the rate."""
        return self.amount - self.margin

    @property
    def sums(self) -> dict[str, Money]:
        """What its movement is of."""
        return {"amount": self.amount, "margin": self.margin, "into": self.into}

    @property
    def is_used(self) -> bool:
        return self.state == self.State.USED

    @property
    def tone(self) -> str:
        return {"used": "good", "expired": ""}.get(self.state, "wait")

    def stands(self, *, at: datetime) -> bool:
        """Tell whether it can still be used: the sweep may be late, the quote is not."""
        return self.state == self.State.OPEN and at < self.valid_until

    # Who may take a step.

    def may_use(self, user: User) -> bool:
        is_theirs = self.method_id or self.document.startswith(PAYS_A_DEBT)
        return may(user, Deed.WITHDRAW if is_theirs else Deed.FUND, self.organization)

    # Steps. They set fields and do nothing else; services give them their consequences.

    @transition(field=state, source=State.OPEN, target=State.USED, permission=may_use)
    def use(self, *, at: datetime) -> None:
        self.used_at = at

    @transition(field=state, source=State.OPEN, target=State.EXPIRED, permission=nobody)
    def expire(self, *, at: datetime) -> None:
        """Nobody used it in time. Another one is at another rate."""

    @transition(field=state, source=State.USED, target=State.REPLACED, permission=nobody)
    def replace(self, *, at: datetime) -> None:
        """What was asked at this rate was not paid, and is asked for at another one."""


class QuoteChange(StateChange):
    quote = models.ForeignKey(Quote, models.PROTECT, related_name="changes")
