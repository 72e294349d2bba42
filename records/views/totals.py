"""Earnings of a freelancer, spend of a client: a year at a time."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from billing_site.kernel.http import SignedInRequest
from billing_site.platform import clock
from records.queries.currencies import currencies
from records.queries.expected import agreed
from records.queries.totals import ahead, totals

FIRST_YEAR, LAST_YEAR = 2000, 9998


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    at, ours = clock.now(), request.organization
    year = _year(request.GET.get("year", ""), at.year)
    of = currencies(ours, request.GET.get("currency", ""), keep={"year": year})
    currency = of.current
    page = totals(ours, currency, year, at=at)
    tabs = [
        {
            "label": str(each),
            "url": f"?{urlencode({'year': each, 'currency': currency})}",
            "count": None,
            "current": each == page.year,
        }
        for each in page.years
    ]
    context = {
        "page": page,
        "tabs": tabs,
        "currencies": of,
        "ahead": [] if ours.is_client else ahead(ours, currency),
        "agreed": [] if ours.is_client else agreed(ours, currency, at=at),
    }
    return render(request, "records/totals.html", context)


def _year(asked: str, this: int) -> int:
    if asked.isascii() and asked.isdecimal() and FIRST_YEAR <= int(asked[:5]) <= LAST_YEAR:
        return int(asked[:5])
    return this
