from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from billing_site.kernel.fields import currency_field, money_field, ref_field
from billing_site.kernel.money import Money
from billing_site.people.models import Organization, User
from invoices.models.contract import TaxTreatment
from invoices.models.document import Document, is_issued_whole
from invoices.models.invoice import Invoice
from invoices.models.line import InvoiceLine


class CreditNoteQuerySet(models.QuerySet["CreditNote"]):
    def visible_to(self, user: User) -> CreditNoteQuerySet:
        ours = Organization.objects.of(user)
        return self.filter(Q(issuer__in=ours) | Q(recipient__in=ours))

    def newest_first(self) -> CreditNoteQuerySet:
        return self.order_by("-issued_at", "-pk")

    def lock(self, pk: int) -> CreditNote:
        return self.select_for_update(of=["self"], no_key=True).get(pk=pk)


class CreditNote(Document):
    """Takes back a part of one issued invoice, or all of it. It is issued at once, for good."""

    ref = ref_field()
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="credit_notes")
    issuer = models.ForeignKey(
        "people.Organization", models.PROTECT, related_name="credit_notes_issued"
    )
    recipient = models.ForeignKey(
        "people.Organization", models.PROTECT, related_name="credit_notes_received"
    )
    by = models.ForeignKey(  # null: a decision asked for it
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    reason = models.CharField(max_length=300)
    currency = currency_field()
    net = money_field()
    tax = money_field()
    gross = money_field()
    # What it did, our fee included: three parts of what the client gets out of it.
    owed_less = money_field(help_text="Not paid before, and not owed any more")
    to_receivable = money_field(help_text="Paid by the platform, and not owed to it any more")
    to_credit = money_field(help_text="Paid before, and the client's credit now")
    moves_money = models.BooleanField(  # False: another invoice replaces it, and keeps the money
        default=True
    )

    objects = CreditNoteQuerySet.as_manager()

    class Meta:
        constraints = [
            *Document.Meta.constraints,
            models.CheckConstraint(
                name="credit_gross_is_net_and_tax", condition=Q(gross=F("net") + F("tax"))
            ),
            models.CheckConstraint(
                name="credit_note_takes_something_back", condition=Q(net__gt=0, tax__gte=0)
            ),
            models.CheckConstraint(name="credit_note_has_a_reason", condition=~Q(reason="")),
            is_issued_whole("credit_note_is_issued_whole"),
            models.CheckConstraint(
                name="what_replaces_moves_no_money",
                condition=Q(moves_money=True) | Q(owed_less=0, to_receivable=0, to_credit=0),
            ),
            models.UniqueConstraint(
                name="credit_number_is_unique_per_issuer", fields=["issuer", "number"]
            ),
        ]
        indexes = [
            models.Index(fields=["recipient", "issued_at"]),
            models.Index(fields=["issuer", "issued_at"]),
        ]

    def __str__(self) -> str:
        return self.number or f"a credit note for {self.invoice}"

    def get_absolute_url(self) -> str:
        return reverse("credit-note-pdf", args=[self.ref])

    @property
    def title(self) -> str:
        return self.invoice.title


class CreditNoteLine(models.Model):
    """What is taken back of one line of the invoice, net."""

    credit_note = models.ForeignKey(CreditNote, models.CASCADE, related_name="lines")
    invoice_line = models.ForeignKey(InvoiceLine, models.PROTECT, related_name="credits")
    currency = currency_field()
    amount = money_field()
    tax_treatment = models.CharField(max_length=20, choices=TaxTreatment)
    tax_bps = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(name="credit_takes_something_back", condition=Q(amount__gt=0)),
            models.UniqueConstraint(
                name="a_credit_note_names_a_line_once", fields=["credit_note", "invoice_line"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} of {self.invoice_line}"


class FeeCreditNoteQuerySet(models.QuerySet["FeeCreditNote"]):
    def visible_to(self, user: User) -> FeeCreditNoteQuerySet:
        return self.filter(fee_invoice__recipient__in=Organization.objects.of(user))

    def lock(self, pk: int) -> FeeCreditNote:
        return (
            self.select_related("fee_invoice__recipient", "fee_invoice__contract")
            .select_for_update(of=["self"], no_key=True)
            .get(pk=pk)
        )


class FeeCreditNote(Document):
    """The platform gives back a part of its fee, because what the fee was for went back.

    The row is written with the money and numbered by a job after commit, as the fee
    invoice is.
    """

    ref = ref_field()
    fee_invoice = models.ForeignKey(
        "invoices.FeeInvoice", models.PROTECT, related_name="credit_notes"
    )
    # What gave it back: refund/<ref> or credit_note/<ref>.
    cause = models.CharField(max_length=80)
    currency = currency_field()
    net = money_field()
    tax = money_field()
    gross = money_field()
    caused_at = models.DateTimeField()

    objects = FeeCreditNoteQuerySet.as_manager()

    class Meta:
        constraints = [
            *Document.Meta.constraints,
            models.CheckConstraint(
                name="fee_credit_gross_is_net_and_tax", condition=Q(gross=F("net") + F("tax"))
            ),
            models.CheckConstraint(
                name="fee_credit_gives_something_back",
                condition=Q(net__gte=0, tax__gte=0, gross__gt=0),
            ),
            models.CheckConstraint(
                name="fee_credit_note_is_numbered_whole",
                condition=Q(number__isnull=True, issued_at__isnull=True, frozen__isnull=True)
                | Q(
                    number__isnull=False,
                    issued_at__isnull=False,
                    frozen__isnull=False,
                    verification_code__isnull=False,
                ),
            ),
            models.UniqueConstraint(
                name="a_fee_is_credited_once_per_cause", fields=["fee_invoice", "cause"]
            ),
            models.UniqueConstraint(name="fee_credit_number_is_unique", fields=["number"]),
        ]

    def __str__(self) -> str:
        return self.number or f"a credit note for {self.fee_invoice}"

    def get_absolute_url(self) -> str:
        return reverse("fee-credit-note-pdf", args=[self.ref])

    @property
    def recipient_id(self) -> int:
        return self.fee_invoice.recipient_id

    @property
    def total(self) -> Money:
        return self.gross
