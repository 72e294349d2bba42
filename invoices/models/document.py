"""What every numbered document has in common: columns and what the database holds of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from billing_site.people.models import User


@dataclass(frozen=True, slots=True)
class Number:
    """A number as `services/numbering.py` gives it out, with its place in which counting."""

    text: str
    series: str  # "invoice/OKA": kind and issuer
    year: int  # 0 where the series runs on over the years
    place: int


class Issue(TypedDict):
    """What becomes known of a commercial document when it is issued."""

    approved_by: User | None
    purchase_order: str
    number: Number
    frozen: dict[str, object]
    frozen_sha256: str
    verification_code: str


def is_issued_whole(name: str) -> models.CheckConstraint:
    """The constraint of a document that there is only once it is issued."""
    return models.CheckConstraint(
        name=name,
        condition=Q(
            number__isnull=False,
            issued_at__isnull=False,
            frozen__isnull=False,
            verification_code__isnull=False,
        ),
    )


class Document(models.Model):
    """Filled once, when the document is issued; a trigger refuses every later change.

    `frozen` is what the document says: both parties, lines and totals as strings,
    copied at that moment and never read from a live profile again.
    """

    # Null rather than empty: what has no number yet is not one of many that have none.
    number = models.CharField(max_length=40, null=True, editable=False)  # noqa: DJ001 - unique
    # Where it stands in which counting; see `Number`.
    series = models.CharField(max_length=60, null=True, editable=False)  # noqa: DJ001 - likewise
    series_year = models.PositiveSmallIntegerField(null=True, editable=False)
    place = models.PositiveIntegerField(null=True, editable=False)
    issued_at = models.DateTimeField(null=True, editable=False)
    frozen = models.JSONField(null=True, editable=False, encoder=DjangoJSONEncoder)
    frozen_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    verification_code = models.CharField(  # noqa: DJ001 - unique
        max_length=16, null=True, unique=True, editable=False
    )
    pdf = models.OneToOneField(
        "platform.File", models.PROTECT, null=True, editable=False, related_name="+"
    )
    pdf_sha256 = models.CharField(max_length=64, blank=True, editable=False)

    # What the rules of e-invoices say of it; see documents/einvoice.py. Null: not asked.
    einvoice = models.JSONField(null=True, editable=False)

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                name="%(class)s_has_its_place_alone", fields=["series", "series_year", "place"]
            ),
            models.CheckConstraint(
                name="%(class)s_has_a_number_and_its_place_or_neither",
                condition=Q(
                    number__isnull=True,
                    series__isnull=True,
                    series_year__isnull=True,
                    place__isnull=True,
                )
                | Q(
                    number__isnull=False,
                    series__isnull=False,
                    series_year__isnull=False,
                    place__gte=1,
                ),
            ),
        ]

    def bear(self, number: Number) -> None:
        """Set the columns of its number, which are all set or none."""
        self.number, self.series = number.text, number.series
        self.series_year, self.place = number.year, number.place

    @property
    def is_issued(self) -> bool:
        return self.number is not None

    @property
    def is_einvoice(self) -> bool:
        """Whether its data was checked and found valid; then its PDF carries them."""
        return self.einvoice is not None and not self.einvoice["broken"]

    @property
    def checked_at(self) -> datetime | None:
        """When its data was held against the rules of e-invoices."""
        return datetime.fromisoformat(self.einvoice["checked_at"]) if self.einvoice else None

    @property
    def file_name(self) -> str:
        """Its number as a file may be called: a number may hold a slash, a name may not."""
        return (self.number or "").replace("/", "-").replace(" ", "_")

    @property
    def says(self) -> dict[str, Any]:
        """What an issued document says."""
        assert self.frozen is not None, "It says nothing until it is issued."
        return dict(self.frozen)

    @property
    def printed_code(self) -> str:
        """The verification code in groups of four, as it is printed and read out."""
        code = self.verification_code or ""
        return "-".join(code[start : start + 4] for start in range(0, len(code), 4))
