from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from billing_site.kernel.fields import currency_field, money_field
from disputes.models.dispute import Dispute
from disputes.models.sides import Side


class ArbitrationShareQuerySet(models.QuerySet["ArbitrationShare"]):
    def standing(self) -> ArbitrationShareQuerySet:
        """Those of the arbitration that is chosen now, and not of one that came to nothing."""
        return self.filter(ended_at=None)


class ArbitrationShare(models.Model):
    """One side chooses arbitration, and puts down its share of what that costs."""

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="shares")
    side = models.CharField(max_length=10, choices=Side)
    currency = currency_field()
    amount = money_field(help_text="Nothing, while our own panel hears it")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)  # the arbitration came to nothing

    objects = ArbitrationShareQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_side_pays_its_share_once",
                fields=["dispute", "side"],
                condition=Q(ended_at__isnull=True),
            ),
            models.CheckConstraint(name="a_share_is_of_a_side", condition=Q(side__in=list(Side))),
            models.CheckConstraint(name="a_share_is_not_negative", condition=Q(amount__gte=0)),
            models.CheckConstraint(
                name="a_share_ends_after_it_was_paid",
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("at")),
            ),
        ]

    def __str__(self) -> str:
        return f"the {self.side}'s share in {self.dispute}"
