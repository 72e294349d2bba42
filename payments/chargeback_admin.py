"""What banks want back, at the desk."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe

from billing_site.people import step_up
from billing_site.platform.decisions import DecidingAdmin, Decision
from payments.decisions import ANSWER, DRAFT, GIVE_UP
from payments.models import Chargeback


@admin.register(Chargeback)
class ChargebackAdmin(DecidingAdmin[Chargeback]):
    """What banks want back: the next to be answered first, what is decided last."""

    decisions = [DRAFT, ANSWER, GIVE_UP]
    list_display = ["ref", "client", "amount", "state", "why", "answer_by", "submitted_at"]
    list_display += ["give_up_asked_by"]
    list_filter = ["state", "currency"]
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

    def prove(
        self, request: HttpRequest, decision: Decision, rows: list[Chargeback]
    ) -> HttpResponse | None:
        """What a bank is told cannot be taken back, so a stolen session must not do it."""
        if decision is DRAFT:
            return None
        named = ",".join(row.ref for row in rows)
        return step_up.required(request, purpose=f"{decision.name}:{named}")
