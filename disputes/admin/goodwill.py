from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods

from billing_site.people import step_up
from billing_site.people.models import Organization
from billing_site.platform import clock
from billing_site.platform.decisions import DecidingAdmin, Decision
from disputes.forms.goodwill import GoodwillForm
from disputes.models import Goodwill, Ticket
from disputes.services import goodwill
from invoices.views.answering import answer

CONFIRM = Decision(
    "confirm",
    "Give this credit",
    "It is posted as our cost and the client is told. Whoever asked for it cannot confirm.",
    goodwill.confirm,
)
REFUSE = Decision("refuse", "Do not give it", "Nothing is posted.", goodwill.refuse)


@admin.register(Goodwill)
class GoodwillAdmin(DecidingAdmin[Goodwill]):
    """What was given, and what waits for a second person; asked for from a question."""

    decisions: ClassVar = [CONFIRM, REFUSE]
    list_display = ["ref", "client", "amount", "by", "at", "given_at", "confirmed_by", "refused_at"]
    list_filter = ["currency"]
    list_select_related = ["client", "by", "confirmed_by"]
    search_fields = ["ref", "client__name", "reason"]
    ordering = ["-at", "-pk"]

    def prove(
        self, request: HttpRequest, decision: Decision, rows: list[Goodwill]
    ) -> HttpResponse | None:
        """Money of ours goes for good: a stolen session must not give it."""
        if decision is not CONFIRM:
            return None
        named = ",".join(row.ref for row in rows)
        return step_up.required(request, purpose=f"goodwill-{decision.name}:{named}")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.giving)
        return [
            path("<slug:ref>/giving/", view, name="disputes_goodwill_giving"),
            *super().get_urls(),
        ]

    @method_decorator(require_http_methods(["GET", "POST"]))
    def giving(self, request: Any, ref: str) -> HttpResponse:
        """Give credit over a question: to which client of who asked it, how much, and why."""
        ticket = get_object_or_404(Ticket.objects.with_subject(), ref=ref)
        clients = Organization.objects.of(ticket.asked_by)
        form = GoodwillForm(request.POST or None, clients=[it for it in clients if it.is_client])
        if request.method == "POST" and form.is_valid():
            purpose = f"goodwill:{ticket.ref}:{form.cleaned_data['client']}:{form.amount}"
            if asked := step_up.required(request, purpose=purpose):
                return asked
        return answer(
            request,
            form,
            deed=lambda: goodwill.give(
                ticket.pk,
                client=clients.get(ref=form.cleaned_data["client"]),
                amount=form.amount,
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=clock.now(),
                op_id=form.cleaned_data["op_id"],
            ),
            done=_said,
            to=reverse("admin:disputes_ticket_thread", args=[ticket.ref]),
            template="admin/disputes/ticket/goodwill.html",
            context={
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": f"Credit over “{ticket.subject}”",
                "ticket": ticket,
            },
        )


def _said(given: Goodwill) -> str:
    if given.given_at:
        return f"Given. {given.client} has been told."
    return "Asked for. It is above the limit of one person: a second one confirms it."
