from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, cast

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods

from billing_site.kernel.admin import ReadOnlyAdmin
from billing_site.kernel.money import show
from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.templatetags.clock_time import spell
from disputes.admin import arbiters, deeds
from disputes.admin.deeds import At
from disputes.documents import case_file as drawing
from disputes.models import Decision, Dispute
from disputes.models.dispute_rows import FOR_STAFF, OUTCOMES, RUNNING, is_nobodys
from disputes.queries.case_file import case_file
from disputes.queries.desk import desk_case, reads_all_of, seat_with_a_side


class WaitsFor(admin.SimpleListFilter):
    """Without a choice, what is open: what is over is asked for by its name or its state."""

    title = "who acts next"
    parameter_name = "waits_for"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("us", "Our staff"),
            ("me", "Me"),
            ("nobody", "Taken by nobody"),
            ("second", "A second person"),
            ("late", "Our staff, late"),
            ("sides", "A side"),
            ("all", "All, also what is over"),
        ]

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        for number, choice in enumerate(super().choices(changelist)):
            yield choice if number else {**choice, "display": "Anybody: what is open"}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Dispute]) -> QuerySet[Dispute]:
        ours, user = Q(state__in=FOR_STAFF), cast(User, request.user)
        found = {
            "us": ours,
            "me": ours & ~is_nobodys() & Q(mediator=user),
            "nobody": ours & is_nobodys(),
            "second": ours & Q(pk__in=Decision.objects.to_confirm_by(user).values("dispute")),
            "late": ours & Q(act_by__lt=clock.now()),
            "sides": Q(state__in=RUNNING) & ~ours,
        }
        value = self.value()
        if value in found:
            return queryset.filter(found[value])
        if value is None and not any(name.startswith(("state", "q")) for name in request.GET):
            return queryset.filter(Q(state__in=RUNNING) | Q(state__in=OUTCOMES, split_at=None))
        return queryset


@admin.register(Dispute)
class DisputeAdmin(ReadOnlyAdmin[Dispute]):
    """The mediators' queue: the nearest deadline first, what is over last."""

    list_display = ["case", "next_date", "stake", "state", "sides", "age", "hears"]
    list_display_links = None
    list_filter = [WaitsFor, "state", "reason", "currency"]
    list_select_related = [
        "escrow",
        "mediator",
        "contract__client",
        "contract__freelancer",
    ]
    search_fields = ["ref", "escrow__title", "contract__client__name", "contract__freelancer__name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Dispute]:
        return super().get_queryset(request).annotate(is_nobodys=is_nobodys())

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        return [F("act_by").asc(nulls_last=True), "-opened_at", "pk"]

    @admin.display(description="case")
    def case(self, dispute: Dispute) -> SafeString:
        return format_html('<a href="{}">{}</a>', deeds.page_of(dispute), dispute.escrow.title)

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

    @admin.display(description="mediator", ordering="mediator")
    def hears(self, dispute: Any) -> str:
        is_nobodys = dispute.state in FOR_STAFF and dispute.is_nobodys
        return "—" if is_nobodys or dispute.mediator is None else str(dispute.mediator)

    def get_urls(self) -> list[URLPattern]:
        return [
            self._url("desk", self._desk, "GET"),
            self._url("file", self._file, "GET"),
            self._url("taking", deeds.take, "POST"),
            self._url("handing-over", deeds.hand_over),
            self._url("question", deeds.question),
            self._url("message", deeds.message),
            self._url("settlement", deeds.settlement),
            self._url("award", arbiters.document),
            self._url("discontinuance", arbiters.discontinuance),
            self._url("confirmation", deeds.confirmation, "POST"),
            self._url("refusal", deeds.refusal),
            *super().get_urls(),
        ]

    def _url(self, noun: str, deed: Callable[[At], HttpResponse], *methods: str) -> URLPattern:
        """A page or a deed about one case; who may do it, its service says."""

        def door(request: Any, ref: str) -> HttpResponse:
            dispute = get_object_or_404(Dispute.objects.told(), ref=ref)
            page = desk_case(dispute, request.user, at=clock.now())
            context = {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": f"“{dispute.escrow.title}”",
                "page": page,
            }
            return deed(At(request, dispute, page, context))

        allowed = require_http_methods(methods or ("GET", "POST"))
        view = self.admin_site.admin_view(allowed(door))
        return path(f"<slug:ref>/{noun}/", view, name=f"disputes_dispute_{noun}")

    def _desk(self, at: At) -> HttpResponse:
        return render(at.request, "admin/disputes/dispute/desk.html", at.context)

    def _file(self, at: At) -> HttpResponse:
        user = at.request.user
        if not reads_all_of(user, seat_with_a_side(at.dispute, user)):
            raise PermissionDenied("Whoever hears cases of others reads all of them.")
        said, reader = at.dispute.messages.all(), str(user)
        told = case_file(at.dispute, said, made_for=reader, at=clock.now())
        return drawing.answer(told)
