"""Questions to our staff. Whoever is signed in may ask, also who acts for nobody yet."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing_site.kernel.http import SignedInRequest
from billing_site.people.middleware import for_anybody
from billing_site.platform import clock
from disputes.forms.support import QuestionForm, ReplyForm, TicketFilterForm
from disputes.models import Ticket
from disputes.queries.support_page import thread_of
from disputes.queries.ticket_list import ticket_list
from disputes.services import support
from invoices.views.answering import answer, do


@for_anybody
@require_http_methods(["GET", "POST"])
def index(request: SignedInRequest) -> HttpResponse:
    form = QuestionForm(request.POST or None, initial={"about": request.GET.get("about", "")[:60]})
    filters = TicketFilterForm(request.GET)
    mine = ticket_list(
        request.user,
        tab=filters.asked("tab"),
        kind=filters.asked("kind"),
        query=filters.asked("q"),
        page=request.GET.get("page"),
    )
    clear = reverse("support") if mine.is_narrowed else ""
    return answer(
        request,
        form,
        deed=lambda: support.ask(
            subject=form.cleaned_data["subject"],
            text=form.cleaned_data["text"],
            about=form.cleaned_data["about"],
            by=request.user,
            at=clock.now(),
            op_id=form.cleaned_data["op_id"],
        ),
        done="Asked. Our answer stands here and comes by letter.",
        to="support",
        template="disputes/support.html",
        context={"list": mine, "filters": filters, "clear": clear},
    )


@for_anybody
@require_safe
def detail(request: SignedInRequest, ref: str) -> HttpResponse:
    thread = thread_of(_find(request, ref), request.user)
    form = ReplyForm() if thread.may_reply else None
    return render(request, "disputes/ticket.html", {"page": thread, "form": form})


@for_anybody
@require_POST
def message(request: SignedInRequest, ref: str) -> HttpResponse:
    ticket = _find(request, ref)
    form = ReplyForm(request.POST)
    return answer(
        request,
        form,
        deed=lambda: support.reply(
            ticket.pk,
            text=form.cleaned_data["text"],
            by=request.user,
            at=clock.now(),
            op_id=form.cleaned_data["op_id"],
        ),
        done="Sent.",
        to=ticket,
        template="disputes/ticket.html",
        context={"page": thread_of(ticket, request.user)},
    )


@for_anybody
@require_POST
def closing(request: SignedInRequest, ref: str) -> HttpResponse:
    ticket = _find(request, ref)
    return do(
        request,
        deed=lambda: support.close(ticket.pk, by=request.user, at=clock.now()),
        done="Closed.",
        to=ticket,
    )


def _find(request: SignedInRequest, ref: str) -> Ticket:
    """Staff answer at the desk: here everybody has their own questions."""
    mine = Ticket.objects.visible_to(request.user).with_subject()
    return get_object_or_404(mine, ref=ref)
