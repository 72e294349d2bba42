from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q

from billing_site.kernel.fields import currency_field, ref_field
from billing_site.people.models import Organization, User

# A thief who adds a bank account waits this long, and the owner is told at once.
COOLING_PERIOD = timedelta(hours=72)


class PayeeQuerySet(models.QuerySet["Payee"]):
    def lock(self, pk: int) -> Payee:
        return (
            self.select_related("organization")
            .select_for_update(of=["self"], no_key=True)
            .get(pk=pk)
        )

    def lock_of(self, organization_id: int) -> Payee:
        """Return the organization's payee, and hold everything it is paid until we commit."""
        return (
            self.select_related("organization")
            .select_for_update(of=["self"], no_key=True)
            .get(organization=organization_id)
        )

    def lock_if_there(self, organization_id: int) -> Payee | None:
        """The same for an organization that may never have been to the gateway."""
        mine = self.filter(organization=organization_id)
        return mine.select_for_update(of=["self"], no_key=True).first()


class Payee(models.Model):
    """A freelancer as the gateway knows them. What it says of them changes any day."""

    ref = ref_field()
    organization = models.OneToOneField("people.Organization", models.PROTECT, related_name="payee")
    account = models.CharField(max_length=255, blank=True, help_text="acct_…")
    is_ready = models.BooleanField(default=False, help_text="May be paid")
    problem = models.CharField(max_length=300, blank=True)
    stopped_at = models.DateTimeField(
        null=True, help_text="Could be paid, and cannot since: what is to be sent waits"
    )
    short_at = models.DateTimeField(
        null=True, help_text="Their account lacked what we had moved there: somebody has to look"
    )
    created_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)

    objects = PayeeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_gateway_account_pays_one_organization",
                fields=["account"],
                condition=~Q(account=""),
            ),
            models.CheckConstraint(
                name="a_ready_payee_has_an_account", condition=Q(is_ready=False) | ~Q(account="")
            ),
        ]

    def __str__(self) -> str:
        return f"payee {self.ref}"

    @property
    def may_be_paid(self) -> bool:
        return self.is_ready and self.short_at is None

    @property
    def why_not(self) -> str:
        """In words for the freelancer; empty: they can be paid."""
        if self.short_at:
            return "Your account at the provider lacks what we moved there: we look at it."
        return "" if self.is_ready else self.problem


class PayoutMethodQuerySet(models.QuerySet["PayoutMethod"]):
    def visible_to(self, user: User) -> PayoutMethodQuerySet:
        return self.filter(organization__in=Organization.objects.of(user))

    def present(self) -> PayoutMethodQuerySet:
        return self.filter(removed_at__isnull=True).order_by("added_at", "pk")

    def usable(self, *, at: datetime) -> PayoutMethodQuerySet:
        return self.present().filter(active_from__lte=at)

    def lock(self, pk: int) -> PayoutMethod:
        return (
            self.select_related("organization")
            .select_for_update(of=["self"], no_key=True)
            .get(pk=pk)
        )


class PayoutMethod(models.Model):
    """A bank account that the freelancer named on the gateway's own page. We know its end."""

    ref = ref_field()
    organization = models.ForeignKey(
        "people.Organization", models.PROTECT, related_name="payout_methods"
    )
    destination = models.CharField(max_length=255, unique=True, help_text="ba_…")
    label = models.CharField(max_length=100)
    last4 = models.CharField(max_length=4)
    currency = currency_field()
    takes_instant = models.BooleanField(default=False, help_text="Can be paid at once")
    added_at = models.DateTimeField()
    active_from = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    objects = PayoutMethodQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.label} •••• {self.last4}"

    def is_active(self, *, at: datetime) -> bool:
        return self.removed_at is None and self.active_from <= at
