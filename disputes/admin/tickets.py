from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpResponse
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
from disputes.services import support
from invoices.views.answering import answer, do


@admin.register(Ticket)
class TicketAdmin(ReadOnlyAdmin[Ticket]):
    """Questions, the one that has waited longest first."""

    list_display = ["thread", "asked_by", "waits", "moved_at", "asked_at"]
    list_display_links = None
    list_filter = ["state"]
    list_select_related = ["asked_by"]
    search_fields = ["ref", "subject", "asked_by__email", "asked_by__name"]
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
