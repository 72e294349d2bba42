from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from billing_site.kernel.fields import currency_field, money_field
from invoices.models.invoice import Invoice

if TYPE_CHECKING:
    from billing_site.people.models import User


class ApprovalQuerySet(models.QuerySet["Approval"]):
    def living(self) -> ApprovalQuerySet:
        """Those that nothing has cleared."""
        return self.filter(cleared_at=None)

    def of_this_round(self, invoice: Invoice) -> ApprovalQuerySet:
        return self.living().filter(invoice=invoice.pk, round=invoice.round)

    def involving(self, user: User) -> ApprovalQuerySet:
        """Those in which *user* stands, as who pressed or as whose name it was."""
        return self.filter(Q(by=user.pk) | Q(on_behalf_of=user.pk))


class Approval(models.Model):
    """Somebody of the client's agreed to a sum. When enough stand, the invoice is approved.

    It is never rewritten: what sends the invoice back clears it, and says why.
    """

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="approvals")
    round = models.PositiveSmallIntegerField()  # of the invoice: which hand-in was looked at
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    on_behalf_of = models.ForeignKey(  # who had lent their name; null: in one's own
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField()
    currency = currency_field()
    seen = money_field()  # the gross total that was on the page
    cleared_at = models.DateTimeField(null=True)
    cleared_because = models.CharField(max_length=120, blank=True)

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                F("invoice"),
                F("round"),
                F("by"),
                name="nobody_approves_twice_in_a_round",
                condition=Q(cleared_at=None),
            ),
            models.UniqueConstraint(
                F("invoice"),
                F("round"),
                Coalesce("on_behalf_of", "by"),
                name="no_name_approves_twice_in_a_round",
                condition=Q(cleared_at=None),
            ),
            models.CheckConstraint(
                name="a_name_is_lent_by_somebody_else",
                condition=Q(on_behalf_of=None) | ~Q(on_behalf_of=F("by")),
            ),
            models.CheckConstraint(
                name="cleared_approval_says_why",
                condition=Q(cleared_at=None, cleared_because="")
                | Q(cleared_at__isnull=False) & ~Q(cleared_because=""),
            ),
        ]

    def __str__(self) -> str:
        if self.on_behalf_of:
            return f"{self.by} in the name of {self.on_behalf_of}"
        return str(self.by)

    @property
    def people(self) -> set[int]:
        """Who stands in it. Nobody stands in two, so that two are two people."""
        return {self.by_id, self.on_behalf_of_id or self.by_id}


def people_in(approvals: Iterable[Approval]) -> set[int]:
    return {pk for approval in approvals for pk in approval.people}
