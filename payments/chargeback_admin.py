"""What banks want back, at the desk."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.admin import EmptyFieldListFilter
from django.db.models import F
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe

from payments.decisions import ANSWER, DRAFT, GIVE_UP
from payments.models import Chargeback
from payments.proving import ProvingAdmin


@admin.register(Chargeback)
class ChargebackAdmin(ProvingAdmin[Chargeback]):
    """What banks want back: the next to be answered first, what is decided last."""

    decisions = [DRAFT, ANSWER, GIVE_UP]
    proven = [ANSWER, GIVE_UP]  # a bank hears us once
    list_display = ["ref", "client", "amount", "state", "why", "answer_by", "submitted_at"]
    list_display += ["give_up_asked_by"]
    list_filter = ["state", "currency"]
    list_filter += [
        (each, EmptyFieldListFilter) for each in ("give_up_asked_at", "taken_at", "closed_at")
    ]
    list_select_related = ["charge__client", "submitted_by", "give_up_asked_by"]
    search_fields = ["ref", "dispute_id", "charge__ref", "charge__client__name"]
    readonly_fields = ["shown_files"]
    ordering = [
        F("submitted_at").desc(nulls_first=True),
        F("closed_at").desc(nulls_first=True),
        "answer_by",
        "pk",
    ]

    @admin.display(description="files")
    def shown_files(self, case: Chargeback) -> str:
        """What the last answer shows, to be looked at."""
        found = case.files.filter(answer=case.answers).select_related("file").order_by("pk")
        rows = [(each.file.get_absolute_url(), each.title, each.words) for each in found]
        if not rows:
            return "None: they are drawn when the provider is shown what we have."
        return format_html_join(mark_safe("<br>"), '<a href="{}">{}</a> ({})', rows)

    @admin.display(description="client", ordering="charge__client__name")
    def client(self, case: Chargeback) -> str:
        return str(case.charge.client)

    @admin.display(description="reason", ordering="reason")
    def why(self, case: Chargeback) -> str:
        return case.reason.replace("_", " ")
