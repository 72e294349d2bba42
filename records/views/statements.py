"""Statements: monthly, and of any range, as a page and on paper."""

from __future__ import annotations

import logging
from datetime import date
from urllib.parse import urlencode

from allauth.core.internal.ratelimit import consume, respond_429
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_safe

from billing_site.kernel.http import SignedInRequest
from billing_site.kernel.money import EXPONENTS
from billing_site.platform import clock, downloads
from invoices.documents import pdf
from records.forms.statements import PeriodForm
from records.models import CollectiveStatement
from records.queries.currencies import currencies
from records.queries.statements import Statement, TooLong, months_until, statement

logger = logging.getLogger(__name__)
SHOWN = 24
# One renderer serves all: nobody holds it for others by asking again and again.
RATES = {"statement-paper": "10/m/user,200/d/user"}
NOT_DRAWN = "It could not be drawn just now. Try again in a minute, or choose fewer days."
TOO_LONG = "More happened in these days than one reads. Choose fewer, or export them."


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    today = clock.now().date()
    form = PeriodForm(request.GET, since=today.replace(day=1), until=today)
    found = None
    if form.is_valid():
        try:
            found = statement(request.organization, _currency(request), **form.cleaned_data)
        except TooLong:
            form.add_error(None, TOO_LONG)
    return _page(request, form, found, status=200 if found else 422)


@require_safe
def paper(request: SignedInRequest) -> HttpResponse:
    today = clock.now().date()
    form = PeriodForm(request.GET, since=today.replace(day=1), until=today)
    if not form.is_valid():
        raise Http404
    try:
        found = statement(request.organization, _currency(request), **form.cleaned_data)
    except TooLong as error:
        raise Http404 from error
    if not consume(request, app="records", action="statement-paper", config=RATES, limit_get=True):
        return respond_429(request)
    html = render_to_string("records/statement_paper.html", {"statement": found, "today": today})
    try:
        drawn = pdf.draw_page(html)
    except pdf.NotDrawn:
        logger.exception("A statement could not be drawn")
        form.add_error(None, NOT_DRAWN)
        return _page(request, form, found, status=503)
    response = HttpResponse(drawn, content_type="application/pdf")
    name = f"statement-{found.since}-{found.until}-{found.currency}.pdf"
    return downloads.shown(response, name)


def _page(
    request: SignedInRequest,
    form: PeriodForm,
    found: Statement | None,
    *,
    status: int,
) -> HttpResponse:
    ours, currency = request.organization, _currency(request)
    days = {name: request.GET.get(name) for name in ("since", "until")}
    months = months_until(clock.now().date(), since=ours.created_at.date())
    collectives = CollectiveStatement.objects.filter(organization=ours)
    context = {
        "collectives": collectives.order_by("-month", "currency")[:SHOWN],
        "statement": found,
        "form": form,
        "currencies": currencies(ours, currency, keep=days),
        "months": [
            (month.words, _url("statements", currency, month.first, month.last)) for month in months
        ],
        "pdf_url": _url("statement-pdf", currency, found.since, found.until) if found else "",
    }
    return render(request, "records/statements.html", context, status=status)


def _currency(request: SignedInRequest) -> str:
    asked = request.GET.get("currency", "")
    return asked if asked in EXPONENTS else request.organization.currency


def _url(name: str, currency: str, since: date, until: date) -> str:
    asked = urlencode({"since": since, "until": until, "currency": currency})
    return f"{reverse(name)}?{asked}"
