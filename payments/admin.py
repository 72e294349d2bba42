"""What finance operations look at. Nothing is edited here."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin import EmptyFieldListFilter
from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from billing_site.kernel.admin import ReadOnlyAdmin
from billing_site.platform import clock
from billing_site.platform.decisions import DecidingAdmin
from payments import (  # noqa: F401 - they register their own
    chargeback_admin,
    conversion_admin,
    debt_admin,
    payee_admin,
    rate_admin,
    restriction_admin,
    warning_admin,
)
from payments.decisions import (
    AGAIN,
    EXPLAIN,
    HOLD,
    LEAVE_EVENT,
    MATCH,
    RELEASE,
    RESOLVE,
    SEND_BACK,
    TRY_AGAIN,
)
from payments.models import (
    BankDetails,
    BankTransfer,
    Charge,
    ChargeAttempt,
    Collection,
    Freeze,
    GatewayCommand,
    GatewayEvent,
    Lot,
    PaymentMethod,
    Payout,
    PayoutSchedule,
    ProviderLine,
    ReconciliationDifference,
    Refund,
    StrayPayment,
)
from payments.proving import ProvingAdmin


@admin.register(Charge)
class ChargeAdmin(ReadOnlyAdmin[Charge]):
    list_display = ["ref", "client", "amount", "method", "state", "begun_at", "finished_at"]
    list_filter = ["state", "currency"]
    list_select_related = ["client"]
    search_fields = ["ref", "payment_id", "session_id", "client__name"]
    ordering = ["-begun_at", "-pk"]


@admin.register(Collection)
class CollectionAdmin(ReadOnlyAdmin[Collection]):
    list_display = ["charge", "began_at", "rounds", "next_try_at", "late_since"]
    list_select_related = ["charge"]
    search_fields = ["charge__ref", "charge__client__name"]
    ordering = ["-began_at", "-pk"]


@admin.register(ChargeAttempt)
class ChargeAttemptAdmin(ReadOnlyAdmin[ChargeAttempt]):
    list_display = ["collection", "method", "round", "outcome", "words", "begun_at", "finished_at"]
    list_filter = ["outcome"]
    list_select_related = ["collection__charge", "method"]
    search_fields = ["collection__charge__ref", "payment_id"]
    ordering = ["-begun_at", "-pk"]


@admin.register(Freeze)
class FreezeAdmin(ReadOnlyAdmin[Freeze]):
    list_display = ["escrow", "cause", "reason", "opened_at", "opened_by", "ended_at", "ended_by"]
    list_filter = ["cause"]
    list_select_related = ["escrow", "opened_by", "ended_by"]
    search_fields = ["escrow__ref", "reason"]
    ordering = ["-opened_at", "-pk"]


@admin.register(Lot)
class LotAdmin(ReadOnlyAdmin[Lot]):
    list_display = ["ref", "freelancer", "amount", "released_at", "available_at", "is_available"]
    list_filter = ["currency"]
    list_select_related = ["freelancer"]
    search_fields = ["ref", "document", "freelancer__name"]
    ordering = ["-released_at", "-pk"]

    @admin.display(boolean=True, description="available")
    def is_available(self, lot: Lot) -> bool:
        return lot.made_available_at is not None


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin[Refund]):
    list_display = ["ref", "charge", "amount", "state", "reason", "requested_at", "finished_at"]
    list_display += ["short_since"]
    list_filter = ["state", "currency"]
    list_select_related = ["charge"]
    search_fields = ["ref", "refund_id", "payment_id", "charge__ref"]
    ordering = ["-requested_at", "-pk"]


@admin.register(StrayPayment)
class StrayPaymentAdmin(ProvingAdmin[StrayPayment]):
    """What waits in suspense first, the oldest of it before the others."""

    decisions = proven = [MATCH, SEND_BACK]
    list_display = ["ref", "client", "amount", "why", "received_at", "matched_at", "returned_at"]
    list_filter = [("matched_at", EmptyFieldListFilter), ("returned_at", EmptyFieldListFilter)]
    list_select_related = ["charge__client"]
    search_fields = ["ref", "payment_id", "charge__ref", "charge__client__name"]
    ordering = [
        Coalesce("matched_at", "returned_at").desc(nulls_first=True),
        "received_at",
        "pk",
    ]

    @admin.display(description="client", ordering="charge__client__name")
    def client(self, stray: StrayPayment) -> str:
        return str(stray.charge.client)


@admin.register(BankTransfer)
class BankTransferAdmin(ReadOnlyAdmin[BankTransfer]):
    list_display = ["ref", "client", "amount", "reference", "sender", "received_at", "doubt"]
    list_select_related = ["client"]
    search_fields = ["ref", "transaction_id", "reference", "client__name"]
    ordering = ["-received_at", "-pk"]


@admin.register(BankDetails)
class BankDetailsAdmin(ReadOnlyAdmin[BankDetails]):
    list_display = ["payer", "currency", "number", "code", "told_at"]
    list_select_related = ["payer"]
    search_fields = ["number", "customer", "payer__ref", "payer__organization__name"]
    ordering = ["-told_at", "-pk"]


@admin.register(Payout)
class PayoutAdmin(ProvingAdmin[Payout]):
    """Chosen rows are held or let go together: a day's withdrawals with one reason."""

    decisions = [HOLD, RELEASE]
    proven = [RELEASE]
    list_display = ["ref", "freelancer", "amount", "method", "state", "review_on", "held_for"]
    list_display += ["problem_code"]
    list_filter = ["state", "currency"]
    list_select_related = ["freelancer", "method"]
    search_fields = ["ref", "payout_id", "transfer_id", "problem_code", "freelancer__name"]
    ordering = ["-requested_at", "-pk"]


@admin.register(PayoutSchedule)
class PayoutScheduleAdmin(ReadOnlyAdmin[PayoutSchedule]):
    list_display = ["organization", "rhythm", "method", "minimum", "next_at", "skipped"]
    list_filter = ["rhythm"]
    list_select_related = ["organization", "method"]
    search_fields = ["organization__name"]
    ordering = ["-chosen_at", "-pk"]


@admin.register(PaymentMethod)
class PaymentMethodAdmin(ReadOnlyAdmin[PaymentMethod]):
    list_display = ["__str__", "organization", "kind", "position", "expires_on", "removed_at"]
    list_filter = ["kind"]
    list_select_related = ["organization"]
    search_fields = ["ref", "method_id", "customer", "organization__name"]
    ordering = ["-verified_at", "-pk"]


@admin.register(GatewayCommand)
class GatewayCommandAdmin(DecidingAdmin[GatewayCommand]):
    decisions = [TRY_AGAIN]
    list_display = ["key", "kind", "state", "attempts", "is_stuck", "created_at", "last_error"]
    list_filter = ["state", "kind", "is_stuck"]
    search_fields = ["key", "gateway_object"]
    ordering = ["-created_at", "-pk"]


class OutcomeFilter(admin.SimpleListFilter):
    title = parameter_name = "outcome"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]
    ) -> list[tuple[str, str]]:
        return [("parked", "parked"), ("left", "left as it is"), ("waiting", "waiting")]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[GatewayEvent]
    ) -> QuerySet[GatewayEvent]:
        events = GatewayEvent.objects.all()
        found = {
            "parked": events.parked(),
            "left": events.filter(left_at__isnull=False),
            "waiting": events.unhandled(),
        }.get(self.value() or "")
        return queryset if found is None else queryset.filter(pk__in=found.values("pk"))


@admin.register(GatewayEvent)
class GatewayEventAdmin(DecidingAdmin[GatewayEvent]):
    decisions = [AGAIN, LEAVE_EVENT]
    list_display = ["event_id", "type", "scope", "outcome", "attempts", "received_at", "error"]
    list_filter = [OutcomeFilter, "scope", "gateway"]
    search_fields = ["event_id", "object_id", "type"]
    ordering = ["-received_at", "-pk"]
    exclude = ["payload"]  # names and addresses of people: looked up at the gateway, not here


@admin.register(ProviderLine)
class ProviderLineAdmin(ReadOnlyAdmin[ProviderLine]):
    list_display = ["line_id", "kind", "account", "net", "made_at", "entry_key", "matched_at"]
    list_filter = ["kind", "currency"]
    search_fields = ["line_id", "source_id", "account", "entry_key"]
    ordering = ["-made_at", "-pk"]


@admin.register(ReconciliationDifference)
class ReconciliationDifferenceAdmin(DecidingAdmin[ReconciliationDifference]):
    """The queue of what the provider's balance and our books do not agree on."""

    decisions = [EXPLAIN, RESOLVE]
    list_display = ["ref", "sort", "amount", "about", "account", "state", "waits"]
    list_filter = ["state", "sort", "currency"]
    search_fields = ["ref", "about", "account", "entry_key"]
    ordering = ["-found_at", "-pk"]

    @admin.display(description="waits for")
    def waits(self, difference: ReconciliationDifference) -> str:
        if difference.finished_at:
            return "nobody"
        days = (clock.now() - difference.found_at).days
        return f"{days} day{'' if days == 1 else 's'}" if days else "less than a day"
