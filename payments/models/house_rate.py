from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q

from billing_site.kernel.fields import CURRENCIES, ref_field
from billing_site.people import staff
from billing_site.people.models import User

DECIDE = "payments.change_houserate"
STANDS_FOR = timedelta(days=7)  # at most: a rate is not forgotten, it ends


class HouseRateQuerySet(models.QuerySet["HouseRate"]):
    def open(self) -> HouseRateQuerySet:
        """Those that wait for a second person."""
        return self.filter(decided_at=None)

    def standing(self, *, at: datetime) -> HouseRateQuerySet:
        """Those that can be used then. Of several the one entered last counts."""
        begun = self.filter(is_confirmed=True, decided_at__lte=at, valid_from__lte=at)
        return begun.filter(Q(ended_at=None) | Q(ended_at__gt=at), valid_until__gt=at)

    def of(self, currency: str, *, at: datetime) -> HouseRate | None:
        return self.standing(at=at).filter(currency=currency).order_by("-pk").first()

    def ending(self, *, at: datetime, within: timedelta) -> HouseRateQuerySet:
        """Those that end soon and that no other one takes over from."""
        later = HouseRate.objects.filter(
            currency=models.OuterRef("currency"),
            is_confirmed=True,
            ended_at=None,
            valid_until__gt=at + within,
        )
        soon = self.standing(at=at).filter(ended_at=None, valid_until__lte=at + within)
        return soon.exclude(models.Exists(later))

    def entered_after(self, rate: HouseRate) -> HouseRateQuerySet:
        """Those of its currency that two people agreed on, and that are newer."""
        return self.filter(currency=rate.currency, is_confirmed=True, pk__gt=rate.pk)

    def lock(self, pk: int) -> HouseRate:
        return self.select_for_update(no_key=True).get(pk=pk)


class HouseRate(models.Model):
    """What one euro is worth in a currency that the provider of rates does not have.

    One of finance operations enters it, with where it is from, and another one confirms it.
    It stands for some days and ends by itself.
    """

    name = "house"
    title = "our own table"

    ref = ref_field()
    currency = models.CharField(max_length=3, choices=CURRENCIES)
    per_euro = models.DecimalField(max_digits=20, decimal_places=10)
    reason = models.CharField(max_length=300, help_text="Where it is from")
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    entered_by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    decided_by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    is_confirmed = models.BooleanField(default=False)
    ended_by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True, help_text="Before its time, by one of us")

    objects = HouseRateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_rate_of_ours_is_more_than_nothing_and_not_of_the_euro",
                condition=Q(per_euro__gt=0) & ~Q(currency="EUR"),
            ),
            models.CheckConstraint(
                name="a_rate_of_ours_says_where_it_is_from", condition=~Q(reason="")
            ),
            models.CheckConstraint(
                name="a_rate_of_ours_ends_within_a_week",
                condition=Q(valid_until__gt=F("valid_from"))
                & Q(valid_until__lte=F("valid_from") + STANDS_FOR),
            ),
            models.CheckConstraint(
                name="another_person_confirms_a_rate_of_ours",
                condition=Q(is_confirmed=False)
                | Q(decided_by__isnull=False) & ~Q(decided_by=F("entered_by")),
            ),
            models.CheckConstraint(
                name="a_decided_rate_says_by_whom",
                condition=Q(decided_at=None, decided_by=None)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="only_a_rate_that_stood_is_ended",
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False, is_confirmed=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.per_euro.normalize():f} {self.currency} a euro"

    def is_over(self, *, at: datetime) -> bool:
        return self.ended_at is not None or self.valid_until <= at

    def may_decide(self, user: User) -> bool:
        return staff.holds(user, DECIDE)
