"""Withdrawing in another currency: a quote is asked for, seen whole, and used or left."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from billing_site.kernel.http import SignedInRequest
from billing_site.kernel.transitions import NotAllowed
from billing_site.people import step_up
from billing_site.people.access import Deed, may
from billing_site.platform import clock
from payments.forms.payouts import ConversionForm
from payments.models import Quote
from payments.models.quote import RateIsOver
from payments.queries.quote_page import QuotePage, quote_page
from payments.services import converting
from payments.views.acting import withdrawer
from payments.views.payouts import asked_for, shown


@require_POST
def index(request: SignedInRequest) -> HttpResponse:
    """Lock the rate for the sum and the bank that the page before has shown."""
    organization, at = withdrawer(request), clock.now()
    asked = asked_for(organization, request.POST, by=request.user, at=at)
    if not (asked.may_lock and asked.amount and asked.method):
        why = asked.refusal or asked.stopped or "Choose a sum to convert, and a bank account."
        return shown(request, replace(asked, refusal=why))
    try:
        quote = converting.quote(
            organization=organization,
            method=asked.method,
            amount=asked.amount,
            by=request.user,
            at=at,
        )
    except NotAllowed as refusal:
        return shown(request, replace(asked, refusal=str(refusal)))
    return redirect(quote)


@require_http_methods(["GET", "POST"])
def detail(request: SignedInRequest, ref: str) -> HttpResponse:
    """Looking at it shows all of it; posting is the consent to exactly that."""
    at, quote = clock.now(), _find(request, ref)
    page = quote_page(quote, at=at)
    if request.method == "GET":
        return redirect(page.payout) if page.payout else _shown(request, page)
    form = ConversionForm(request.POST, seen=page.seen)
    if form.is_valid():
        answer = _withdraw(request, page, form, at=at)
        if answer is not None:
            return answer
    return _shown(request, page, form, status=422)


def _withdraw(
    request: SignedInRequest, page: QuotePage, form: ConversionForm, *, at: datetime
) -> HttpResponse | None:
    """Do what was agreed to, once; None: it was refused, and the form says why."""
    quote, op_id = page.quote, form.cleaned_data["op_id"]
    if page.payout and page.payout.op_id == op_id:
        return redirect(page.payout)
    if page.stands:
        proof = step_up.required(request, purpose=f"quote:{quote.ref}")
        if proof:
            return proof
    try:
        payout = converting.withdraw(quote.pk, by=request.user, at=at, op_id=op_id)
    except RateIsOver as over:
        return _another(request, quote, f"{over} Nothing was converted.", at=at)
    except NotAllowed as refusal:
        return _shown(request, page, said=str(refusal), status=422)
    messages.success(request, "Converted, and the withdrawal is requested.")
    return redirect(payout)


def _another(request: SignedInRequest, quote: Quote, why: str, *, at: datetime) -> HttpResponse:
    """Answer a quote that ran out with the one of now; nothing of the old consent goes over."""
    try:
        new = converting.renew(quote.pk, by=request.user, at=at)
    except NotAllowed as refusal:
        why, new = f"{why} {refusal}", quote
    return _shown(request, quote_page(new, at=at), said=why, status=422)


def _shown(
    request: SignedInRequest,
    page: QuotePage,
    form: ConversionForm | None = None,
    *,
    said: str = "",
    status: int = 200,
) -> HttpResponse:
    form = form or ConversionForm(seen=page.seen)
    context = {"page": page, "quote": page.quote, "form": form, "said": said}
    return render(request, "payments/quote.html", context, status=status)


def _find(request: SignedInRequest, ref: str) -> Quote:
    ours = Quote.objects.visible_to(request.user).of_withdrawals()
    visible = ours.select_related("method", "organization")
    quote = get_object_or_404(visible, ref=ref)
    if not may(request.user, Deed.WITHDRAW, quote.organization):
        raise PermissionDenied
    return quote
