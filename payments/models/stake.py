from __future__ import annotations

from django.db import models
from django.db.models import Q

from billing_site.kernel.fields import currency_field, money_field
from payments.models.chargeback import Chargeback


class StakeQuerySet(models.QuerySet["Stake"]):
    def undecided(self) -> StakeQuerySet:
        """Those of cases that keep money, the oldest first."""
        return self.filter(chargeback__in=Chargeback.objects.undecided()).order_by("pk")


class Stake(models.Model):
    """What a bank may get of what is available to one freelancer, while it decides.

    As much of it as is there is set apart; what was withdrawn is, when it comes back.
    """

    chargeback = models.ForeignKey(Chargeback, models.PROTECT, related_name="stakes")
    freelancer = models.ForeignKey("people.Organization", models.PROTECT, related_name="+")
    currency = currency_field()
    amount = money_field(help_text="Of the freelancer's, beside what the payment's others want")

    objects = StakeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_stake_is_something", condition=Q(amount__gt=0)),
            models.UniqueConstraint(
                name="a_case_has_one_stake_in_what_a_freelancer_has",
                fields=["chargeback", "freelancer"],
            ),
        ]

    def __str__(self) -> str:
        return f"stake of {self.chargeback} in what {self.freelancer} has"

    @property
    def key(self) -> str:
        """What the reservations of it begin with."""
        return f"chargeback/{self.chargeback.ref}/{self.freelancer_id}"
