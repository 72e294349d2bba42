"""Who is paid and where, at the desk: whose account is short, and whose name is another."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.admin import EmptyFieldListFilter
from django.db.models import F

from payments.decisions import ACCEPT_NAME, REFUSE_NAME, RESUME
from payments.models import Payee, PayoutMethod
from payments.proving import ProvingAdmin


@admin.register(Payee)
class PayeeAdmin(ProvingAdmin[Payee]):
    decisions = proven = [RESUME]
    list_display = ["ref", "organization", "account", "is_ready", "problem", "short_at"]
    list_display += ["wanted", "wanted_by"]
    list_filter = ["is_ready", ("short_at", EmptyFieldListFilter)]
    list_select_related = ["organization"]
    search_fields = ["ref", "account", "organization__name"]
    ordering = ["-created_at", "-pk"]


@admin.register(PayoutMethod)
class PayoutMethodAdmin(ProvingAdmin[PayoutMethod]):
    """Those whose name is another first, in the order in which they are to be decided."""

    decisions = [ACCEPT_NAME, REFUSE_NAME]
    proven = [ACCEPT_NAME]  # money goes there from then on
    list_display = [
        "__str__",
        "holder",
        "organization",
        "legal_name",
        "state",
        "review_on",
        "removed_at",
    ]
    list_filter = ["state", ("removed_at", EmptyFieldListFilter)]
    list_select_related = ["organization"]
    search_fields = ["ref", "holder", "organization__name"]
    ordering = [F("review_on").asc(nulls_last=True), "-added_at", "-pk"]

    @admin.display(description="billed as", ordering="organization__legal_name")
    def legal_name(self, method: PayoutMethod) -> str:
        return method.organization.billed_as
