from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from djmoney.money import Money

from billing_site.kernel.fields import currency_field, money_field, ref_field
from billing_site.people.models.user import User


class OrganizationQuerySet(models.QuerySet["Organization"]):
    def of(self, user: User) -> OrganizationQuerySet:
        """Those that *user* is a member of now. Staff act for nobody."""
        return self.filter(
            memberships__user=user.pk,
            memberships__ended_at=None,
            memberships__user__is_staff=False,
            memberships__user__is_active=True,
        )

    def visible_to(self, user: User) -> OrganizationQuerySet:
        return self.of(user)

    def lock(self, pk: int) -> Organization:
        """Return the organization as it is now, and nobody else's until we commit."""
        return self.select_for_update(no_key=True).get(pk=pk)


class Organization(models.Model):
    """The party that contracts, pays and is paid; a freelancer is one of one."""

    class Kind(models.TextChoices):
        CLIENT = "client", "client"
        FREELANCER = "freelancer", "freelancer"
        AGENCY = "agency", "agency"

    class DocumentLanguage(models.TextChoices):
        ENGLISH = "en", "English"
        GERMAN = "de", "Deutsch"

    ref = ref_field()
    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=200)
    legal_name = models.CharField(max_length=200, blank=True)
    street = models.CharField(max_length=200, blank=True)
    postal_code = models.CharField(max_length=20, blank=True)
    city = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=2)
    vat_id = models.CharField("VAT ID", max_length=20, blank=True)
    series_code = models.CharField(
        max_length=6, unique=True, help_text="Stands in the number of every document you issue."
    )
    currency = currency_field()
    document_language = models.CharField(
        max_length=5,
        choices=DocumentLanguage,
        default=DocumentLanguage.ENGLISH,
        help_text="Of the documents that it receives.",
    )
    # What the documents that it issues look like; without, they carry its name in our color.
    logo = models.ForeignKey(
        "platform.File", models.PROTECT, null=True, blank=True, related_name="+"
    )
    brand_color = models.CharField(max_length=7, blank=True, default="")
    # Null: nobody has to agree with whoever approves first.
    second_approval_above = money_field(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    members = models.ManyToManyField(
        User, through="people.Membership", through_fields=("organization", "user"), related_name="+"
    )

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="organization_is_of_a_known_kind",
                condition=Q(kind__in=["client", "freelancer", "agency"]),
            ),
            models.CheckConstraint(
                name="country_is_two_letters", condition=Q(country__regex=r"^[A-Z]{2}$")
            ),
            models.CheckConstraint(
                name="organization_currency_is_three_letters",
                condition=Q(currency__regex=r"^[A-Z]{3}$"),
            ),
            models.CheckConstraint(
                name="series_code_is_two_to_six_letters_or_digits",
                condition=Q(series_code__regex=r"^[A-Z][A-Z0-9]{1,5}$"),
            ),
            models.CheckConstraint(
                name="second_approval_is_above_something",
                condition=Q(second_approval_above=None) | Q(second_approval_above__gt=0),
            ),
            models.CheckConstraint(
                name="document_language_is_one_that_we_write",
                condition=Q(document_language__in=["en", "de"]),
            ),
            models.CheckConstraint(
                name="a_color_is_six_digits",
                condition=Q(brand_color="") | Q(brand_color__regex=r"^#[0-9a-f]{6}$"),
            ),
            models.CheckConstraint(name="organization_has_a_name", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_client(self) -> bool:
        return self.kind == self.Kind.CLIENT

    @property
    def works(self) -> bool:
        """Whether it is paid for work here, rather than pays for it."""
        return not self.is_client

    @property
    def billed_as(self) -> str:
        """The name that documents carry."""
        return self.legal_name or self.name

    @property
    def address_lines(self) -> list[str]:
        town = f"{self.postal_code} {self.city}".strip()
        return [line for line in (self.street, town, self.country) if line]

    @property
    def can_issue_documents(self) -> bool:
        """Whether its invoices could name their issuer as the law wants it."""
        return bool(self.street and self.city)

    def wants_two_for(self, amount: Money) -> bool:
        """Whether one approver is not enough; also for a sum that cannot be compared."""
        above = self.second_approval_above
        return above is not None and (amount.currency != above.currency or amount > above)

    def has_member(self, user: User) -> bool:
        return type(self).objects.of(user).filter(pk=self.pk).exists()
