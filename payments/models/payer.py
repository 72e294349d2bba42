from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from django.db import models
from django.db.models import Q

from billing_site.kernel.fields import ref_field
from billing_site.people.models import Organization, User

# How many days before a card's last one its owner is reminded, and at what hour.
WARNED = (30, 14, 7, 1)
LETTERS_GO_OUT = time(9, tzinfo=UTC)


class PayerQuerySet(models.QuerySet["Payer"]):
    def lock(self, pk: int) -> Payer:
        return (
            self.select_related("organization")
            .select_for_update(of=["self"], no_key=True)
            .get(pk=pk)
        )

    def lock_of(self, organization_id: int) -> Payer:
        """Return the organization's payer, and hold the order of its methods until we commit."""
        return (
            self.select_related("organization")
            .select_for_update(of=["self"], no_key=True)
            .get(organization=organization_id)
        )


class Payer(models.Model):
    """A client as the gateway knows them. What they saved there are their payment methods."""

    ref = ref_field()
    organization = models.OneToOneField("people.Organization", models.PROTECT, related_name="payer")
    created_at = models.DateTimeField()

    objects = PayerQuerySet.as_manager()

    def __str__(self) -> str:
        return f"payer {self.ref}"


class PaymentMethodQuerySet(models.QuerySet["PaymentMethod"]):
    def visible_to(self, user: User) -> PaymentMethodQuerySet:
        return self.filter(organization__in=Organization.objects.of(user))

    def present(self) -> PaymentMethodQuerySet:
        """Those that are saved, the primary first, then the backups in their order."""
        return self.filter(removed_at__isnull=True).order_by("position", "pk")

    def chargeable(self) -> PaymentMethodQuerySet:
        """Those of them that their bank lets us charge."""
        return self.present().filter(unusable_since__isnull=True)

    def to_warn_of(self, *, at: datetime) -> PaymentMethodQuerySet:
        return self.present().filter(warn_at__lte=at)


class PaymentMethod(models.Model):
    """A way to pay that a client saved on the gateway's own page. We know how it is called."""

    ref = ref_field()
    organization = models.ForeignKey(
        "people.Organization", models.PROTECT, related_name="payment_methods"
    )
    customer = models.CharField(max_length=255, help_text="cus_…: whose it is at the gateway")
    method_id = models.CharField(max_length=255, unique=True, help_text="pm_…")
    kind = models.CharField(max_length=30, help_text="card, sepa_debit, us_bank_account …")
    label = models.CharField(max_length=100)
    last4 = models.CharField(max_length=4, blank=True)
    expires_on = models.DateField(null=True, help_text="The last day of a card")
    warn_at = models.DateTimeField(null=True, help_text="When its owner is next reminded of that")
    position = models.PositiveSmallIntegerField(help_text="0 is the primary, then the backups")
    verified_at = models.DateTimeField()
    unusable_since = models.DateTimeField(null=True, help_text="Its bank lets us debit it no more")
    removed_at = models.DateTimeField(null=True)

    objects = PaymentMethodQuerySet.as_manager()

    class Meta:
        constraints = [
            # Place 0 is the primary's, so there is one of those as well.
            models.UniqueConstraint(
                name="one_payment_method_at_each_place",
                fields=["organization", "position"],
                condition=Q(removed_at__isnull=True),
            ),
            models.CheckConstraint(
                name="only_what_expires_is_warned_of",
                condition=Q(warn_at__isnull=True) | Q(expires_on__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                name="payment_methods_to_warn_of",
                fields=["warn_at", "id"],
                condition=Q(removed_at__isnull=True, warn_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.label} •••• {self.last4}" if self.last4 else self.label

    @property
    def is_primary(self) -> bool:
        return self.position == 0 and self.removed_at is None and self.is_usable

    @property
    def is_usable(self) -> bool:
        return self.unusable_since is None

    @property
    def takes_days(self) -> bool:
        """Whether its money is on its way for days, and may still be refused."""
        return self.kind.endswith(("_debit", "_bank_account"))

    def has_expired(self, *, at: datetime) -> bool:
        return self.expires_on is not None and self.expires_on < at.date()


def next_warning(expires_on: date | None, *, after: datetime) -> datetime | None:
    """Return when to remind of a card that ends on *expires_on*, later than *after*."""
    if expires_on is None:
        return None
    moments = [
        datetime.combine(expires_on - timedelta(days=days), LETTERS_GO_OUT) for days in WARNED
    ]
    return next((moment for moment in moments if moment > after), None)
