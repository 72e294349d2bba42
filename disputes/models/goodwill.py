from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Sum

from billing_site.kernel.fields import currency_field, money_field, ref_field
from billing_site.people.models import Organization, User
from disputes.models.ticket import Ticket

GIVE = "disputes.give_goodwill"


class GoodwillQuerySet(models.QuerySet["Goodwill"]):
    def to_confirm(self) -> GoodwillQuerySet:
        """Those that wait for a second person."""
        return self.filter(given_at=None, refused_at=None)

    def given_alone(self, client: Organization, currency: object, *, since: datetime) -> Decimal:
        """What *client* was given since then without a second person."""
        alone = self.filter(client=client, currency=str(currency), confirmed_by=None)
        found = alone.filter(given_at__gt=since).aggregate(total=Sum("amount"))["total"]
        return Decimal(found or 0)

    def lock(self, pk: int) -> Goodwill:
        found = self.select_related("client", "ticket", "by")
        return found.select_for_update(of=["self"], no_key=True).get(pk=pk)


class Goodwill(models.Model):
    """Credit that our staff gives a client over a question. Above a limit it takes two."""

    ref = ref_field()
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="goodwill")
    client = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    currency = currency_field()
    amount = money_field()
    reason = models.TextField(max_length=1_000, help_text="The client reads it")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    given_at = models.DateTimeField(null=True)  # null: a second person is waited for
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    refused_at = models.DateTimeField(null=True)
    refused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = GoodwillQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "goodwill"
        permissions = [("give_goodwill", "Can give clients goodwill credit")]
        constraints = [
            models.CheckConstraint(name="goodwill_is_something", condition=Q(amount__gt=0)),
            models.CheckConstraint(name="goodwill_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="another_person_confirms_goodwill",
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("by")),
            ),
            models.CheckConstraint(
                name="goodwill_was_given_or_refused",
                condition=Q(given_at__isnull=True) | Q(refused_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"the goodwill credit {self.ref} of {self.client}"


def gives(user: User) -> bool:
    """Whether *user* may give goodwill at all."""
    return user.is_active and user.is_staff and user.has_perm(GIVE)
