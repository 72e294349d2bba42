from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import Q

from billing_site.people.models import Organization

RATE_STANDS = timedelta(hours=24)  # for all tries that begin meanwhile


class CurrencyChoiceQuerySet(models.QuerySet["CurrencyChoice"]):
    def standing_of(self, client: Organization | int) -> CurrencyChoice | None:
        """Return what *client* said last; None: nothing, and each contract's currency counts."""
        return self.filter(organization=client).order_by("pk").last()


class CurrencyChoice(models.Model):
    """In which currency a client wants to be charged when we do that by ourselves.

    What was said is kept as it was said, the margin that was agreed to included; the newest
    one counts, for every try from then on.
    """

    organization = models.ForeignKey(
        "people.Organization", models.PROTECT, related_name="currency_choices"
    )
    is_own = models.BooleanField(help_text="In the client's own; else in the contract's")
    margin_bps = models.PositiveIntegerField(help_text="What we keep of each charge, as agreed")
    said_by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    said_at = models.DateTimeField()

    objects = CurrencyChoiceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_margin_is_a_part_of_a_charge", condition=Q(margin_bps__lt=10_000)
            )
        ]

    def __str__(self) -> str:
        return f"{self.organization} in {'its own' if self.is_own else 'the contract’s'} currency"
