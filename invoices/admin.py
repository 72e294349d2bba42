"""What staff look at. Nothing is edited here, least of all a document."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin

from billing_site.kernel.admin import ReadOnlyAdmin
from billing_site.platform.decisions import DecidingAdmin
from invoices.decisions import CONFIRM, GIVE_UP, KEEP, KEEP_ASKING, LET_GO
from invoices.models import (
    Contract,
    ContractChange,
    CreditNote,
    Delivery,
    FeeCreditNote,
    FeeInvoice,
    Invoice,
    InvoiceChange,
    InvoiceLine,
    Milestone,
    MilestoneChange,
    RateVersion,
    Receipt,
    TimeEntry,
    Timer,
    Week,
    WeekChange,
    WeeklyLimit,
    WriteOff,
    WriteOffChange,
)
from invoices.request_admin import RefundRequestAdmin
from payments.models import Escrow

__all__ = ["RefundRequestAdmin"]


@admin.register(Escrow)
class EscrowAdmin(DecidingAdmin[Escrow]):
    """Held money, which our staff may keep where it is for a while."""

    decisions: ClassVar = [KEEP, LET_GO]
    list_display = ["ref", "client", "freelancer", "gross", "state", "held_at", "hold_deadline"]
    list_filter = ["state", "currency"]
    list_select_related = ["client", "freelancer"]
    search_fields = ["ref", "client__name", "freelancer__name"]
    ordering = ["-created_at", "-pk"]


@admin.register(Contract)
class ContractAdmin(ReadOnlyAdmin[Contract]):
    list_display = ["ref", "title", "client", "freelancer", "state", "created_at", "accepted_at"]
    list_filter = ["state", "currency", "tax_treatment"]
    list_select_related = ["client", "freelancer"]
    search_fields = ["ref", "title", "client__name", "freelancer__name"]
    ordering = ["-created_at", "-pk"]


@admin.register(Milestone)
class MilestoneAdmin(ReadOnlyAdmin[Milestone]):
    list_display = ["ref", "title", "contract", "price", "state", "funded_at", "closed_at"]
    list_filter = ["state", "currency"]
    list_select_related = ["contract"]
    search_fields = ["ref", "title", "contract__title"]
    ordering = ["-pk"]


class LineInline(admin.TabularInline[InvoiceLine, Invoice]):
    model = InvoiceLine
    can_delete = False
    extra = 0
    max_num = 0

    def has_change_permission(self, request: object, obj: object = None) -> bool:
        return False


@admin.register(Invoice)
class InvoiceAdmin(DecidingAdmin[Invoice]):
    decisions: ClassVar = [GIVE_UP]
    list_display = ["ref", "number", "title", "issuer", "recipient", "gross", "state", "issued_at"]
    list_filter = ["state", "currency", "tax_treatment"]
    list_select_related = ["issuer", "recipient"]
    search_fields = ["ref", "number", "title", "issuer__name", "recipient__name"]
    ordering = ["-created_at", "-pk"]
    inlines = [LineInline]


@admin.register(FeeInvoice)
class FeeInvoiceAdmin(ReadOnlyAdmin[FeeInvoice]):
    list_display = ["ref", "number", "side", "recipient", "net", "tax", "caused_at"]
    list_filter = ["side", "currency", "tax_country"]
    list_select_related = ["recipient"]
    search_fields = ["ref", "number", "recipient__name"]
    ordering = ["-caused_at", "-pk"]


@admin.register(Receipt)
class ReceiptAdmin(ReadOnlyAdmin[Receipt]):
    list_display = ["ref", "number", "kind", "recipient", "amount", "caused_at"]
    list_filter = ["kind", "currency"]
    list_select_related = ["recipient"]
    search_fields = ["ref", "number", "cause", "recipient__name"]
    ordering = ["-caused_at", "-pk"]


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin[Delivery]):
    list_display = ["ref", "invoice", "round", "by", "at"]
    list_select_related = ["invoice", "by"]
    search_fields = ["ref", "invoice__ref", "invoice__title"]
    ordering = ["-at", "-pk"]


@admin.register(ContractChange)
class ContractChangeAdmin(ReadOnlyAdmin[ContractChange]):
    list_display = ["contract", "step", "was", "became", "by", "reason", "at"]
    list_filter = ["step"]
    list_select_related = ["contract", "by"]
    search_fields = ["contract__ref"]
    ordering = ["-at", "-pk"]


@admin.register(MilestoneChange)
class MilestoneChangeAdmin(ReadOnlyAdmin[MilestoneChange]):
    list_display = ["milestone", "step", "was", "became", "by", "reason", "at"]
    list_filter = ["step"]
    list_select_related = ["milestone", "by"]
    search_fields = ["milestone__ref"]
    ordering = ["-at", "-pk"]


@admin.register(InvoiceChange)
class InvoiceChangeAdmin(ReadOnlyAdmin[InvoiceChange]):
    list_display = ["invoice", "step", "was", "became", "by", "reason", "at"]
    list_filter = ["step"]
    list_select_related = ["invoice", "by"]
    search_fields = ["invoice__ref", "invoice__number"]
    ordering = ["-at", "-pk"]


@admin.register(RateVersion)
class RateVersionAdmin(ReadOnlyAdmin[RateVersion]):
    list_display = ["contract", "rate", "effective_from", "by", "said_at"]
    list_select_related = ["contract", "by"]
    search_fields = ["contract__ref", "contract__title"]
    ordering = ["-said_at", "-pk"]


@admin.register(WeeklyLimit)
class WeeklyLimitAdmin(ReadOnlyAdmin[WeeklyLimit]):
    list_display = ["contract", "minutes", "effective_from", "by", "said_at"]
    list_select_related = ["contract", "by"]
    search_fields = ["contract__ref", "contract__title"]
    ordering = ["-said_at", "-pk"]


@admin.register(Week)
class WeekAdmin(ReadOnlyAdmin[Week]):
    list_display = ["ref", "contract", "starts_on", "state", "locked_at", "closed_at"]
    list_filter = ["state"]
    list_select_related = ["contract"]
    search_fields = ["ref", "contract__ref", "contract__title"]
    ordering = ["-starts_on", "-pk"]


@admin.register(TimeEntry)
class TimeEntryAdmin(ReadOnlyAdmin[TimeEntry]):
    list_display = ["ref", "contract", "person", "during", "minutes", "kind", "memo", "removed_at"]
    list_filter = ["kind"]
    list_select_related = ["contract", "person"]
    search_fields = ["ref", "contract__ref", "memo"]
    ordering = ["-pk"]


@admin.register(Timer)
class TimerAdmin(ReadOnlyAdmin[Timer]):
    list_display = ["ref", "contract", "person", "started_at", "ended_at", "ending"]
    list_filter = ["ending"]
    list_select_related = ["contract", "person"]
    search_fields = ["ref", "contract__ref"]
    ordering = ["-started_at", "-pk"]


@admin.register(WeekChange)
class WeekChangeAdmin(ReadOnlyAdmin[WeekChange]):
    list_display = ["week", "step", "was", "became", "by", "reason", "at"]
    list_filter = ["step"]
    list_select_related = ["week__contract", "by"]
    search_fields = ["week__ref"]
    ordering = ["-at", "-pk"]


@admin.register(CreditNote)
class CreditNoteAdmin(ReadOnlyAdmin[CreditNote]):
    list_display = ["__str__", "invoice", "issuer", "recipient", "gross", "to_credit", "issued_at"]
    list_select_related = ["invoice", "issuer", "recipient"]
    search_fields = ["ref", "number", "invoice__number", "issuer__name", "recipient__name"]
    ordering = ["-issued_at", "-pk"]


@admin.register(FeeCreditNote)
class FeeCreditNoteAdmin(ReadOnlyAdmin[FeeCreditNote]):
    list_display = ["__str__", "fee_invoice", "cause", "gross", "caused_at", "issued_at"]
    list_select_related = ["fee_invoice"]
    search_fields = ["ref", "number", "cause", "fee_invoice__number"]
    ordering = ["-caused_at", "-pk"]


@admin.register(WriteOff)
class WriteOffAdmin(DecidingAdmin[WriteOff]):
    decisions: ClassVar = [CONFIRM, KEEP_ASKING]
    list_display = ["ref", "invoice", "amount", "state", "asked_by", "asked_at", "answered_by"]
    list_filter = ["state"]
    list_select_related = ["invoice", "asked_by", "answered_by"]
    search_fields = ["ref", "invoice__ref", "invoice__number"]
    ordering = ["-asked_at", "-pk"]


@admin.register(WriteOffChange)
class WriteOffChangeAdmin(ReadOnlyAdmin[WriteOffChange]):
    list_display = ["write_off", "step", "was", "became", "by", "reason", "at"]
    list_filter = ["step"]
    list_select_related = ["write_off__invoice", "by"]
    search_fields = ["write_off__ref"]
    ordering = ["-at", "-pk"]
