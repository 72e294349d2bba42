from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q

from billing_site.people.models.organization import Organization
from billing_site.platform import patterns, series


class NumberPatternQuerySet(models.QuerySet["NumberPattern"]):
    def lock_of(self, organization: Organization, kind: str) -> NumberPattern:
        """Return how *kind* is numbered, and hold it: the default is written down when needed."""
        mine = self.filter(organization=organization, kind=kind)
        found = mine.select_for_update(no_key=True).first()
        if found is None:
            self.bulk_create([NumberPattern.default(organization, kind)], ignore_conflicts=True)
            found = mine.select_for_update(no_key=True).get()
        return found


class NumberPattern(models.Model):
    """How an organization numbers one kind of its documents, and where the counting began.

    Locked before each number is taken, so that no number is taken while the pattern changes.
    """

    class Kind(models.TextChoices):
        INVOICE = "invoice", "invoices"
        CREDIT_NOTE = "credit_note", "credit notes"

    DEFAULTS = {
        Kind.INVOICE: "{code}-{year}-{number:06}",
        Kind.CREDIT_NOTE: "{code}-CN-{year}-{number:06}",
    }

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="number_patterns")
    kind = models.CharField(max_length=20, choices=Kind)
    pattern = models.CharField(max_length=patterns.LONGEST)
    restarts = models.BooleanField(default=True, help_text="From one again each year")
    first = models.PositiveIntegerField(default=1, help_text="Of the counting that began last")
    first_year = models.PositiveSmallIntegerField(default=0)

    objects = NumberPatternQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="each_kind_is_numbered_in_one_way", fields=["organization", "kind"]
            ),
            models.CheckConstraint(
                name="a_pattern_holds_the_number", condition=Q(pattern__contains="{number")
            ),
            models.CheckConstraint(
                name="a_yearly_pattern_holds_the_year",
                condition=Q(restarts=False) | Q(pattern__contains="{year}"),
            ),
            models.CheckConstraint(
                name="counting_begins_at_one_or_later", condition=Q(first__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pattern} of {self.organization}"

    @classmethod
    def default(cls, organization: Organization, kind: str) -> NumberPattern:
        return cls(organization=organization, kind=kind, pattern=cls.DEFAULTS[cls.Kind(kind)])

    @property
    def series(self) -> str:
        return f"{self.kind}/{self.organization.series_code}"

    def year_of(self, day: date) -> int:
        """The year whose numbers a document of this day takes part in."""
        return day.year if self.restarts else series.RUNS_ON

    def first_of(self, year: int) -> int:
        """Where the counting of *year* begins. What comes late counts with the year it is of."""
        return self.first if year <= self.first_year else 1

    def written(self, number: int, *, on: date) -> str:
        return patterns.written(
            self.pattern, code=self.organization.series_code, on=on, number=number
        )
