from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from billing_site.kernel.admin import ReadOnlyAdmin
from billing_site.kernel.money import show
from billing_site.platform import clock
from billing_site.templatetags.clock_time import spell
from disputes.models import Dispute
from disputes.models.dispute_rows import FOR_STAFF, RUNNING
from disputes.queries.desk import desk_case


class WaitsFor(admin.SimpleListFilter):
    title = "who acts next"
    parameter_name = "waits_for"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("us", "Our staff"),
            ("me", "Me"),
            ("nobody", "Taken by nobody"),
            ("sides", "A side"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Dispute]) -> QuerySet[Dispute]:
        ours = queryset.filter(state__in=FOR_STAFF)
        match self.value():
            case "us":
                return ours
            case "me":
                return ours.filter(mediator=request.user.pk)
            case "nobody":
                return ours.filter(mediator=None)
            case "sides":
                return queryset.filter(state__in=RUNNING).exclude(state__in=FOR_STAFF)
            case _:
                return queryset


@admin.register(Dispute)
class DisputeAdmin(ReadOnlyAdmin[Dispute]):
    """The mediators' queue: the nearest deadline first, what is over last."""

    list_display = ["case", "sides", "stake", "state", "next_date", "age", "mediator"]
    list_display_links = None
    list_filter = [WaitsFor, "state", "reason", "currency"]
    list_select_related = [
        "escrow",
        "mediator",
        "contract__client",
        "contract__freelancer",
    ]
    search_fields = ["ref", "escrow__title", "contract__client__name", "contract__freelancer__name"]

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        return [F("act_by").asc(nulls_last=True), "-opened_at", "pk"]

    @admin.display(description="case")
    def case(self, dispute: Dispute) -> SafeString:
        return format_html('<a href="{}">{}</a>', page_of(dispute), dispute.escrow.title)

    @admin.display(description="between")
    def sides(self, dispute: Dispute) -> str:
        return f"{dispute.contract.client} and {dispute.contract.freelancer}"

    @admin.display(description="at stake")
    def stake(self, dispute: Dispute) -> str:
        return show(dispute.at_stake)

    @admin.display(description="next date", ordering="act_by")
    def next_date(self, dispute: Dispute) -> str:
        if dispute.act_by is None:
            return "—"
        late = "late: " if dispute.overdue_at or dispute.act_by < clock.now() else ""
        return f"{late}{dispute.act_by:%a} {dispute.act_by.day} {dispute.act_by:%b, %H:%M} UTC"

    @admin.display(description="age", ordering="opened_at")
    def age(self, dispute: Dispute) -> str:
        until: datetime = dispute.closed_at or clock.now()
        return spell(until - dispute.opened_at) or "new"

    def get_urls(self) -> list[URLPattern]:
        desk = self.admin_site.admin_view
        return [
            path("<slug:ref>/desk/", desk(self.desk), name="disputes_dispute_desk"),
            *super().get_urls(),
        ]

    @method_decorator(require_safe)
    def desk(self, request: Any, ref: str) -> HttpResponse:
        dispute = get_object_or_404(Dispute.objects.told(), ref=ref)
        context = self.on_page(request, dispute)
        return render(request, "admin/disputes/dispute/desk.html", context)

    def on_page(self, request: Any, dispute: Dispute) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"“{dispute.escrow.title}”",
            "page": desk_case(dispute, request.user, at=clock.now()),
        }


def page_of(dispute: Dispute) -> str:
    return reverse("admin:disputes_dispute_desk", args=[dispute.ref])
