from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from billing_site.kernel.fields import currency_field, money_field, ref_field
from billing_site.kernel.money import Money, from_minor
from billing_site.people import staff
from billing_site.people.models import User
from payments.models.quote import Quote

WRITE_OFF = "payments.change_debtwriteoff"


class DebtQuerySet(models.QuerySet["Debt"]):
    def with_asked(self) -> models.QuerySet[Any, Any]:
        """Each with whether somebody wants it given up."""
        asked = DebtWriteOff.objects.open().filter(
            freelancer=OuterRef("holder"), currency=OuterRef("currency")
        )
        return self.annotate(is_asked=Exists(asked))


class Debt(models.Model):
    """What a freelancer owes in one currency, for money that went back after it had left.

    A view of the books, which nobody can write through: its key is the account's. `since` is
    from when on something is owed without a break.
    """

    holder = models.ForeignKey(
        "people.Organization", models.DO_NOTHING, related_name="+", db_constraint=False
    )
    currency = models.CharField(max_length=3)
    minor = models.BigIntegerField()
    since = models.DateTimeField()

    objects = DebtQuerySet.as_manager()

    class Meta:
        managed = False

    def __str__(self) -> str:
        return f"the debt of {self.holder} in {self.currency}"

    @property
    def owed(self) -> Money:
        return from_minor(self.minor, self.currency)


class DebtPayment(models.Model):
    """A freelancer paid back by their own choice, out of what was available to them."""

    ref = ref_field()
    freelancer = models.ForeignKey("people.Organization", models.PROTECT, related_name="+")
    currency = currency_field()
    amount = money_field(help_text="What of the debt it paid")
    quote = models.OneToOneField(
        Quote, models.PROTECT, null=True, related_name="debt_payment", help_text="If converted"
    )
    paid_by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    paid_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_debt_is_paid_with_something", condition=Q(amount__gt=0)),
        ]
        indexes = [models.Index(name="debt_payments_of_one", fields=["freelancer", "currency"])]

    def __str__(self) -> str:
        return f"debt payment {self.ref}"


class DebtWriteOffQuerySet(models.QuerySet["DebtWriteOff"]):
    def open(self) -> DebtWriteOffQuerySet:
        """Those that wait for a second person."""
        return self.filter(decided_at=None)

    def lock(self, pk: int) -> DebtWriteOff:
        return (
            self.select_related("freelancer").select_for_update(of=["self"], no_key=True).get(pk=pk)
        )


class DebtWriteOff(models.Model):
    """Giving up what a freelancer owes: one of finance operations asks, another one confirms."""

    ref = ref_field()
    freelancer = models.ForeignKey("people.Organization", models.PROTECT, related_name="+")
    currency = currency_field()
    amount = money_field(help_text="What was owed when it was asked for")
    given_up = money_field(help_text="What was still owed of it when it was confirmed")
    reason = models.CharField(max_length=300)
    asked_by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    is_confirmed = models.BooleanField(default=False)

    objects = DebtWriteOffQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="no_more_of_a_debt_is_given_up_than_was_asked",
                condition=Q(amount__gt=0, given_up__gte=0, given_up__lte=F("amount"))
                & (Q(is_confirmed=True, given_up__gt=0) | Q(is_confirmed=False, given_up=0)),
            ),
            models.CheckConstraint(name="a_debt_is_given_up_for_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="another_person_gives_up_a_debt",
                condition=Q(is_confirmed=False)
                | Q(decided_by__isnull=False) & ~Q(decided_by=F("asked_by")),
            ),
            models.CheckConstraint(
                name="a_decided_debt_says_by_whom",
                condition=Q(decided_at=None, decided_by=None)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
            ),
            models.UniqueConstraint(
                name="one_write_off_of_a_debt_at_a_time",
                fields=["freelancer", "currency"],
                condition=Q(decided_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"the write-off of what {self.freelancer} owes in {self.currency}"

    @property
    def standing(self) -> str:
        if self.decided_at is None:
            return "waits for a second person"
        return "written off" if self.is_confirmed else "refused"

    def may_decide(self, user: User) -> bool:
        return staff.holds(user, WRITE_OFF)
