from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from billing_site.kernel.fields import currency_field, ref_field
from billing_site.people.models import Organization, User

KEPT = timedelta(days=30)
_FILES = {
    "quickbooks": ("quickbooks-journal", "csv"),
    "xero": ("xero-journal", "csv"),
    "papers": ("documents", "zip"),
    "tax_pack": ("tax-pack", "zip"),
    "person": ("about-you", "zip"),
}


class ExportQuerySet(models.QuerySet["Export"]):
    def visible_to(self, user: User) -> ExportQuerySet:
        return self.filter(organization__in=Organization.objects.of(user))

    def about(self, person: User) -> ExportQuerySet:
        return self.filter(organization=None, requested_by=person)

    def unfinished(self) -> ExportQuerySet:
        return self.filter(finished_at=None, cancelled_at=None, failed_at=None)

    def expired(self, *, at: datetime) -> ExportQuerySet:
        """Those whose file has been kept long enough."""
        return self.filter(finished_at__lte=at - KEPT, forgotten_at=None).exclude(stored_as="")


class Export(models.Model):
    """What an organization takes away as a file: written by a job, and kept for 30 days.

    What it is doing follows from its moments; nobody decides about it but by cancelling.
    """

    class Format(models.TextChoices):
        CSV = "csv", "CSV"
        XLSX = "xlsx", "Excel (XLSX)"
        PDF = "pdf", "PDF, to print and to file"
        JSON = "json", "JSON"
        BEANCOUNT = "beancount", "Beancount, for plain-text accounting"
        QUICKBOOKS = "quickbooks", "Journal (CSV), for QuickBooks"
        XERO = "xero", "Journal (CSV), for Xero"
        PAPERS = "papers", "Documents (PDF), as ZIP"
        TAX_PACK = "tax_pack", "Tax pack, as ZIP"
        PERSON = "person", "Everything about you, as ZIP"

    # Of the rows of the list; the others are asked for on pages of their own.
    TABLES = (
        Format.CSV,
        Format.XLSX,
        Format.PDF,
        Format.JSON,
        Format.BEANCOUNT,
        Format.QUICKBOOKS,
        Format.XERO,
    )

    ref = ref_field()
    organization = models.ForeignKey(  # null: it is about who asked for it, and nobody else sees it
        Organization, models.PROTECT, null=True, related_name="+"
    )
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    format = models.CharField(max_length=10, choices=Format)
    asked = models.JSONField(help_text="What the list was narrowed to")
    query = models.CharField(max_length=1_000, blank=True, help_text="The same, as an address")
    currency = currency_field()
    requested_at = models.DateTimeField()
    rows_in_all = models.PositiveIntegerField(null=True)
    rows_done = models.PositiveIntegerField(default=0)
    cancelled_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True, help_text="Its job was given up")
    problem = models.CharField(max_length=300, blank=True, help_text="Read by staff")
    stored_as = models.CharField(max_length=64, blank=True, editable=False)
    size = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    forgotten_at = models.DateTimeField(null=True, help_text="The file is deleted")

    objects = ExportQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["organization", "-requested_at"], name="exports_of_somebody")
        ]
        constraints = [
            models.CheckConstraint(
                name="a_finished_export_has_its_file",
                condition=Q(finished_at=None, stored_as="", sha256="")
                | (Q(finished_at__isnull=False) & ~Q(stored_as="") & ~Q(sha256="")),
            ),
            models.CheckConstraint(
                name="an_export_is_of_an_organization_or_of_who_asked",
                condition=Q(format="person", organization__isnull=True)
                | (~Q(format="person") & Q(organization__isnull=False)),
            ),
            models.CheckConstraint(
                name="an_export_is_finished_or_cancelled",
                condition=Q(finished_at=None) | Q(cancelled_at=None),
            ),
            models.CheckConstraint(
                name="a_failed_export_is_neither_finished_nor_cancelled",
                condition=Q(failed_at=None, problem="")
                | Q(failed_at__isnull=False, finished_at=None, cancelled_at=None),
            ),
            models.CheckConstraint(
                name="an_export_writes_no_more_than_there_is",
                condition=Q(rows_in_all=None) | Q(rows_done__lte=F("rows_in_all")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_format_display()} of {self.requested_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("export", args=[self.ref])

    @property
    def is_running(self) -> bool:
        return not (self.finished_at or self.cancelled_at or self.failed_at)

    @property
    def is_there(self) -> bool:
        return self.finished_at is not None and self.forgotten_at is None

    @property
    def kept_until(self) -> datetime | None:
        return self.finished_at + KEPT if self.finished_at else None

    @property
    def percent(self) -> int:
        return self.rows_done * 100 // self.rows_in_all if self.rows_in_all else 0

    @property
    def words(self) -> str:
        if self.is_there:
            return "ready"
        if self.cancelled_at:
            return "cancelled"
        if self.failed_at:
            return "given up"
        if self.forgotten_at:
            return "deleted"
        return "being written" if self.rows_in_all is not None else "waiting"

    @property
    def tone(self) -> str:
        tones = {"ready": "good", "being written": "wait", "waiting": "wait", "given up": "bad"}
        return tones.get(self.words, "")

    @property
    def file_name(self) -> str:
        name, ending = _FILES.get(self.format, ("transactions", self.format))
        if self.format == self.Format.PERSON:
            return f"{name}-{self.requested_at:%Y-%m-%d}.{ending}"
        return f"{name}-{self.requested_at:%Y-%m-%d}-{self.currency}.{ending}"

    @property
    def is_of_rows(self) -> bool:
        return self.format in self.TABLES

    @property
    def unit(self) -> str:
        return "documents" if self.format == self.Format.PAPERS else "rows"

    @property
    def about(self) -> str:
        """What is in it, in words; of rows the list itself says it."""
        if self.format == self.Format.PAPERS:
            since, until = (date.fromisoformat(self.asked[each]) for each in ("since", "until"))
            return f"documents issued from {since:%-d %B %Y} to {until:%-d %B %Y}"
        return f"the documents of {self.asked['year']}" if "year" in self.asked else ""
