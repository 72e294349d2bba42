"""Figures: named after their meaning was looked at, accepted, and what follows at once."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from billing_site.kernel.forms import ConsentForm
from billing_site.kernel.http import SignedInRequest
from billing_site.kernel.money import Money, show
from billing_site.platform import clock
from disputes.forms.cases import AcceptanceForm, OfferForm, figure_form
from disputes.models import Dispute
from disputes.queries.figure_by_line import BY_LINE, LINES, figure_by_line
from disputes.queries.split_view import split_of
from disputes.services import negotiating
from disputes.views.cases import find, page_of
from invoices.views.answering import answer


@require_http_methods(["GET", "POST"])
def offer(request: SignedInRequest, ref: str) -> HttpResponse:
    """A figure first, then what each side would have of it, then consent."""
    dispute = find(request, ref)
    page = page_of(request, dispute)
    by_line = figure_by_line(dispute, request.GET.getlist(LINES)) if page.may_offer else None
    asks = figure_form(
        request,
        most=dispute.at_stake,
        label=f"What {page.freelancer} gets of {show(dispute.at_stake)}",
        by_line=by_line.figure if by_line and BY_LINE in request.GET else None,
    )
    figure = asks.figure
    split = split_of(dispute.escrow, figure) if figure is not None and page.may_offer else None
    form = OfferForm(request.POST or None, seen=split.seen if split else {})
    asks.carried_by(form)
    form.initial["words"] = by_line.words if by_line else ""
    return answer(
        request,
        form,
        deed=lambda: negotiating.offer(
            dispute.pk,
            figure=figure if figure is not None else Money(-1, dispute.currency),
            words=form.cleaned_data["words"],
            by=request.user,
            at=clock.now(),
            op_id=form.cleaned_data["op_id"],
        ),
        done=_outcome,
        to=dispute,
        template="disputes/offer.html",
        context={"page": page, "asks": asks, "split": split, "by_line": by_line},
    )


@require_http_methods(["GET", "POST"])
def acceptance(request: SignedInRequest, ref: str, offer: str) -> HttpResponse:
    """Agreeing to the other side's figure settles the case."""
    dispute = find(request, ref)
    theirs = get_object_or_404(dispute.offers.all(), ref=offer)
    page = page_of(request, dispute)
    split = split_of(dispute.escrow, theirs.figure) if dispute.is_running else None
    form = AcceptanceForm(request.POST or None, seen=split.seen if split else {})
    return answer(
        request,
        form,
        deed=lambda: negotiating.accept(
            theirs.pk, by=request.user, at=clock.now(), op_id=form.cleaned_data["op_id"]
        ),
        done=_outcome,
        to=dispute,
        template="disputes/acceptance.html",
        context={"page": page, "offer": theirs, "split": split},
    )


@require_http_methods(["GET", "POST"])
def withdrawal(request: SignedInRequest, ref: str) -> HttpResponse:
    page = page_of(request, find(request, ref))
    form = ConsentForm(request.POST or None)
    return answer(
        request,
        form,
        deed=lambda: negotiating.withdraw(
            page.dispute.pk, by=request.user, at=clock.now(), op_id=form.cleaned_data["op_id"]
        ),
        done="Withdrawn. The money is no longer kept, and the invoice goes on where it stood.",
        to=page.dispute,
        template="disputes/withdrawal.html",
        context={"page": page},
    )


def _outcome(dispute: Dispute) -> str:
    if dispute.has_outcome and dispute.figure is not None:
        back = dispute.at_stake - dispute.figure
        return f"Settled: {show(dispute.figure)} to the freelancer, {show(back)} back."
    return "Named. The other side has been told."
