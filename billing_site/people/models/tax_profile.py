from __future__ import annotations

from datetime import datetime

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
        UNKNOWN = "unknown", "no rule is known for its form"

    organization = models.OneToOneField(
        Organization, models.PROTECT, primary_key=True, related_name="tax_profile"
    )
    kind = models.CharField(max_length=20, choices=Kind)
    vat_id_check = models.CharField(max_length=10, choices=Check, default=Check.NONE)
    evidence = models.JSONField(
        default=list, help_text="What speaks for the country, by which rule, and since when."
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
    def vat_id_evidence(self) -> dict[str, str] | None:
        """What was found about the VAT ID: `says`, `rule`, `result` and `at`, an ISO moment."""
        found = (piece for piece in self.evidence if piece["is"] == "form of the VAT ID")
        return next(found, None)

    @property
    def vat_id_checked_at(self) -> datetime | None:
        piece = self.vat_id_evidence
        return datetime.fromisoformat(piece["at"]) if piece and "at" in piece else None
