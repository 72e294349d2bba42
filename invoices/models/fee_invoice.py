from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from billing_site.kernel.fields import currency_field, money_field, ref_field
from billing_site.people.models import Organization, User
from invoices.models.contract import Contract
from invoices.models.document import Document
from invoices.models.invoice import Invoice
from invoices.models.milestone import Milestone


class FeeInvoiceQuerySet(models.QuerySet["FeeInvoice"]):
    def visible_to(self, user: User) -> FeeInvoiceQuerySet:
        return self.filter(recipient__in=Organization.objects.of(user))

    def of(self, cause: str, *, side: str) -> FeeInvoiceQuerySet:
        """That of what took a fee, and those by which it was earned again; the newest first."""
        found = self.filter(Q(cause=cause) | Q(renews__cause=cause), side=side)
        return found.order_by("-pk")

    def lock(self, pk: int) -> FeeInvoice:
        return (
            self.select_related("recipient", "contract", "milestone")
            .select_for_update(of=["self"], no_key=True)
            .get(pk=pk)
        )


class FeeInvoice(Document):
    """The platform's own invoice: to the client for its charge, to the freelancer at release.

    The row is written with the money and numbered by a job after commit, so that the
    platform's one series never stands in an approval's way.
    """

    class Side(models.TextChoices):
        CLIENT = "client", "client fee"
        FREELANCER = "freelancer", "freelancer fee"

    ref = ref_field()
    side = models.CharField(max_length=10, choices=Side)
    recipient = models.ForeignKey(
        "people.Organization", models.PROTECT, related_name="fee_invoices"
    )
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="fee_invoices")
    milestone = models.ForeignKey(Milestone, models.PROTECT, null=True, related_name="fee_invoices")
    invoice = models.ForeignKey(Invoice, models.PROTECT, null=True, related_name="fee_invoices")
    title = models.CharField(max_length=200)  # of the work that the fee is for
    # What took the fee: escrow/<ref>/funded, lot/<ref> or settlement/<charge>/<document>; where
    # it had gone back and is earned after all: chargeback/<ref>/<key of what it renews>.
    cause = models.CharField(max_length=80)
    renews = models.ForeignKey("self", models.PROTECT, null=True, related_name="renewed_by")
    escrow = models.ForeignKey("payments.Escrow", models.PROTECT, null=True, related_name="+")
    currency = currency_field()
    base = money_field()  # what the fee is a share of
    fee_bps = models.PositiveSmallIntegerField()
    net = money_field()
    tax = money_field()
    gross = money_field()
    tax_bps = models.PositiveSmallIntegerField()
    tax_country = models.CharField(max_length=2)
    tax_text = models.CharField(max_length=300, blank=True)
    caused_at = models.DateTimeField()  # the charge, or the release

    objects = FeeInvoiceQuerySet.as_manager()

    class Meta:
        constraints = [
            *Document.Meta.constraints,
            models.CheckConstraint(
                name="fee_gross_is_net_and_tax", condition=Q(gross=F("net") + F("tax"))
            ),
            models.CheckConstraint(  # the tax alone, where the fee's cent was billed before
                name="fee_asks_for_something",
                condition=Q(net__gte=0, tax__gte=0, gross__gt=0, base__gte=0),
            ),
            models.CheckConstraint(
                name="fee_invoice_is_numbered_whole",
                condition=Q(number__isnull=True, issued_at__isnull=True, frozen__isnull=True)
                | Q(
                    number__isnull=False,
                    issued_at__isnull=False,
                    frozen__isnull=False,
                    verification_code__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="only_what_a_bank_gave_back_renews_a_fee",
                condition=Q(renews__isnull=True) | Q(cause__startswith="chargeback/"),
            ),
            models.UniqueConstraint(
                name="a_fee_is_invoiced_once_per_side", fields=["cause", "side"]
            ),
            models.UniqueConstraint(name="fee_number_is_unique", fields=["number"]),
        ]
        indexes = [
            models.Index(fields=["recipient", "caused_at"]),
        ]

    def __str__(self) -> str:
        return self.number or f"the {self.get_side_display()} for “{self.title}”"

    def get_absolute_url(self) -> str:
        return reverse("fee-invoice-pdf", args=[self.ref])
