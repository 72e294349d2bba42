from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_POST

from billing_site.kernel.admin import ReadOnlyAdmin
from billing_site.platform import clock
from disputes.forms.support import AnswerForm
from disputes.models import Ticket
from disputes.queries.support_page import thread_of
from disputes.queries.ticket_list import KINDS
from disputes.services import support
from invoices.views.answering import answer, do


class WaitsFor(admin.SimpleListFilter):
    """Without a choice, what is not closed; a search looks at all."""

    title = "who acts next"
    parameter_name = "waits_for"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("us", "Our staff"),
            ("asker", "Whoever asked"),
            ("nobody", "Nobody: it is answered"),
            ("closed", "Nobody: it is closed"),
            ("all", "All, also what is closed"),
        ]

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        for number, choice in enumerate(super().choices(changelist)):
            yield choice if number else {**choice, "display": "Anybody: what is not closed"}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Ticket]) -> QuerySet[Ticket]:
        state = Ticket.State
        chosen = {
            "us": state.OPEN,
            "asker": state.WAITING,
            "nobody": state.ANSWERED,
            "closed": state.CLOSED,
        }.get(self.value() or "")
        if chosen:
            return queryset.filter(state=chosen)
        asks_for_all = self.value() == "all" or request.GET.get("q")
        return queryset if asks_for_all else queryset.exclude(state=state.CLOSED)


class About(admin.SimpleListFilter):
    title = "what it is about"
    parameter_name = "about"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, words.capitalize()) for name, (words, _) in KINDS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Ticket]) -> QuerySet[Ticket]:
        kind = self.value()
        return queryset.filter(KINDS[kind][1]) if kind in KINDS else queryset


@admin.register(Ticket)
class TicketAdmin(ReadOnlyAdmin[Ticket]):
    """Questions, the one that has waited longest first."""

    list_display = ["thread", "asked_by", "waits", "moved_at", "asked_at"]
    list_display_links = None
    list_filter = [WaitsFor, About]
    list_select_related = ["asked_by"]
    search_fields = [
        "ref",
        "subject",
        "messages__text",
        "invoice__number",
        "asked_by__email",
        "asked_by__name",
    ]
    ordering = ["moved_at", "pk"]

    @admin.display(description="question", ordering="subject")
    def thread(self, ticket: Ticket) -> SafeString:
        return format_html('<a href="{}">{}</a>', self._page(ticket), ticket.subject)

    @admin.display(description="state", ordering="state")
    def waits(self, ticket: Ticket) -> str:
        """Its words are the asker's: “you” is not who reads them here."""
        return (
            f"waiting for {ticket.asked_by}" if ticket.waits_for_you else ticket.get_state_display()
        )

    def get_urls(self) -> list[URLPattern]:
        desk = self.admin_site.admin_view
        return [
            path("<slug:ref>/thread/", desk(self.answering), name="disputes_ticket_thread"),
            path("<slug:ref>/closing/", desk(self.closing), name="disputes_ticket_closing"),
            *super().get_urls(),
        ]

    @method_decorator(require_http_methods(["GET", "POST"]))
    def answering(self, request: Any, ref: str) -> HttpResponse:
        """The thread, and the answer to it."""
        ticket = _find(ref)
        form = AnswerForm(request.POST or None)
        return answer(
            request,
            form,
            deed=lambda: support.answer(
                ticket.pk,
                text=form.cleaned_data["text"],
                asks_back=form.cleaned_data["asks_back"],
                by=request.user,
                at=clock.now(),
                op_id=form.cleaned_data["op_id"],
            ),
            done=f"Sent to {ticket.asked_by}.",
            to=self._page(ticket),
            template="admin/disputes/ticket/thread.html",
            context={
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": ticket.subject,
                "page": thread_of(ticket, request.user),
            },
        )

    @method_decorator(require_POST)
    def closing(self, request: Any, ref: str) -> HttpResponse:
        ticket = _find(ref)
        return do(
            request,
            deed=lambda: support.close(ticket.pk, by=request.user, at=clock.now()),
            done="Closed.",
            to=self._page(ticket),
        )

    def _page(self, ticket: Ticket) -> str:
        return reverse("admin:disputes_ticket_thread", args=[ticket.ref])


def _find(ref: str) -> Ticket:
    return get_object_or_404(Ticket.objects.with_subject(), ref=ref)
