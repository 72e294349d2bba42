from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from billing_site.kernel.fields import currency_field, money_field
from disputes.models.dispute import Dispute
from disputes.models.sides import Side


class ArbitrationShareQuerySet(models.QuerySet["ArbitrationShare"]):
    def held(self) -> ArbitrationShareQuerySet:
        """Those whose money is with us still."""
        return self.filter(amount__gt=0, settled_at=None)

    def standing(self) -> ArbitrationShareQuerySet:
        """Those of the arbitration that is chosen now, and not of one that came to nothing."""
        return self.filter(ended_at=None)


class ArbitrationShare(models.Model):
    """One side chooses arbitration, and puts down its share of what that costs."""

    class Bench(models.TextChoices):
        PANEL = "panel", "the platform's own panel"
        EXTERNAL = "external", "an external arbiter"

    class Outcome(models.TextChoices):
        RETURNED = "returned", "returned"
        SPENT = "spent", "spent on the arbiter"

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="shares")
    side = models.CharField(max_length=10, choices=Side)
    bench = models.CharField(max_length=10, choices=Bench, default=Bench.PANEL)
    currency = currency_field()
    amount = money_field(help_text="Nothing for our own panel")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)  # the arbitration came to nothing
    settled_at = models.DateTimeField(null=True)  # since when it is not held any more
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)

    objects = ArbitrationShareQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_side_pays_its_share_once",
                fields=["dispute", "side"],
                condition=Q(ended_at__isnull=True),
            ),
            models.CheckConstraint(name="a_share_is_of_a_side", condition=Q(side__in=list(Side))),
            models.CheckConstraint(
                name="an_external_arbiter_costs_something_and_our_panel_nothing",
                condition=Q(bench="panel", amount=0) | Q(bench="external", amount__gt=0),
            ),
            models.CheckConstraint(
                name="a_share_that_is_held_no_more_says_what_became_of_it",
                condition=Q(settled_at__isnull=True, outcome="")
                | Q(settled_at__gte=F("at"), amount__gt=0) & ~Q(outcome=""),
            ),
            models.CheckConstraint(
                name="a_share_ends_after_it_was_paid",
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("at")),
            ),
        ]

    def __str__(self) -> str:
        return f"the {self.side}'s share in {self.dispute}"


class AwardDocument(models.Model):
    """What an arbiter signed, as it was uploaded. The newest one is part of the award."""

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="award_documents")
    file = models.OneToOneField("platform.File", models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)  # of the file as it is kept
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="an_award_on_paper_has_a_hash", condition=Q(sha256__regex="^[0-9a-f]{64}$")
            )
        ]

    def __str__(self) -> str:
        return f"the award in {self.dispute}"
