from __future__ import annotations

from django.db import models
from django.db.models import Q

from billing_site.people.models.organization import Organization
from billing_site.people.models.user import User


class TaxProfile(models.Model):
    """What an organization says about itself for VAT, and what speaks for it.

    The VAT ID itself stands on the organization, because documents print it.
    """

    class Kind(models.TextChoices):
        BUSINESS = "business", "a business that charges VAT"
        SMALL_BUSINESS = "small_business", "a small business exempt from VAT"
        PRIVATE = "private", "a private person"
        NOT_TAXABLE = "not_taxable", "an organization outside of VAT"

    class Check(models.TextChoices):
        NONE = "none", "no VAT ID given"
        FORM = "form", "its form and check digits are right"

    organization = models.OneToOneField(
        Organization, models.PROTECT, primary_key=True, related_name="tax_profile"
    )
    kind = models.CharField(max_length=20, choices=Kind)
    vat_id_check = models.CharField(max_length=10, choices=Check, default=Check.NONE)
    evidence = models.JSONField(
        default=list, help_text="What speaks for the country, such as the address and the VAT ID."
    )
    declared_at = models.DateTimeField()
    declared_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="taxable_person_is_of_a_known_kind",
                condition=Q(kind__in=["business", "small_business", "private", "not_taxable"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization}: {self.get_kind_display()}"

    @property
    def charges_vat(self) -> bool:
        return self.kind == self.Kind.BUSINESS

    @property
    def is_taxable_person(self) -> bool:
        """Whether supplies to it are business to business."""
        return self.kind in {self.Kind.BUSINESS, self.Kind.SMALL_BUSINESS}
