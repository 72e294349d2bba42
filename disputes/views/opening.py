"""Contesting money: what it means is read first, and a figure is named with it."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from billing_site.kernel.http import SignedInRequest
from billing_site.kernel.money import Money, show
from billing_site.platform import clock
from disputes.forms.cases import FigureForm, OpeningForm, figure_form
from disputes.models import Reason
from disputes.queries.opening_page import dispute_about, opening_page, subject_of
from disputes.queries.split_view import split_of
from disputes.services import calendar, opening
from disputes.services.opening import Claim
from invoices.queries.viewer import viewer_of
from invoices.views.answering import answer

TICKED = "hours"  # refs of time entries, in the address


@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    at = clock.now()
    sent = request.POST if request.method == "POST" else request.GET
    named = {name: sent.get(name, "") for name in ("invoice", "milestone")}
    if request.method == "GET" and not any(named.values()):
        return render(request, "disputes/new_from.html")
    subject = subject_of(request.user, **named)
    if subject is None:
        raise Http404
    if request.method == "GET" and (found := dispute_about(subject)):
        return redirect(found)
    answer_by = calendar.first_answer_by(
        subject.contract, is_about_hours=subject.is_about_hours, at=at
    )
    viewer = viewer_of(request.membership, subject.contract)
    ticked = request.GET.getlist(TICKED)
    page = opening_page(subject, viewer, ticked, answer_by=answer_by)
    asks, figure = _asked(request, page.at_stake, f"What {page.freelancer} should get of it")
    form = OpeningForm(request.POST or None, reasons=page.reasons, named=named, seen=page.seen)
    hours = ticked if page.rest else []
    if asks:
        asks.carried_by(form)
    escrow = subject.escrow
    return answer(
        request,
        form,
        deed=lambda: opening.open_dispute(
            escrow.pk if escrow else 0,
            Claim(
                Reason(form.cleaned_data["reason"]),
                form.cleaned_data["words"],
                figure if figure is not None else Money(-1, page.subject.contract.currency),
                hours,
            ),
            by=request.user,
            at=at,
            op_id=form.cleaned_data["op_id"],
        ),
        done=f"Opened. {show(page.at_stake) if page.at_stake else 'The money'} is frozen, and "
        f"{page.other} has been told.",
        to=lambda dispute: dispute,
        template="disputes/new.html",
        context={
            "page": page,
            "named": named,
            "asks": asks,
            "hours": hours,
            "split": split_of(escrow, figure) if escrow and figure is not None else None,
        },
    )


def _asked(
    request: SignedInRequest, most: Money | None, label: str
) -> tuple[FigureForm | None, Money | None]:
    if most is None:
        return None, None
    asks = figure_form(request, most=most, label=label)
    return asks, asks.figure
