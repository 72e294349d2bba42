"""Exports of what the list of transactions shows: asking, watching, fetching."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing_site.kernel.http import SignedInRequest
from billing_site.kernel.transitions import NotAllowed
from billing_site.platform import clock, downloads, files
from records.forms.exports import ExportForm
from records.forms.statements import PeriodForm
from records.forms.transactions import TransactionFilterForm
from records.models import Export
from records.queries.currencies import currencies
from records.queries.lots import DAY
from records.queries.papers import count_of
from records.queries.transactions import contract_choices
from records.services import exports

SHOWN, PIECE = 25, 64 * 1024
LOOK_AGAIN = "2"  # seconds


@require_http_methods(["GET", "POST"])
def index(request: SignedInRequest) -> HttpResponse:
    """The filters stay in the address, also of the form that asks for a file of them."""
    ours = request.organization
    filters = TransactionFilterForm(
        request.GET, organization=ours, contracts=contract_choices(ours)
    )
    asked = filters.asked()
    form = ExportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            export = exports.request(
                ours, asked, format_=form.cleaned_data["format"], by=request.user, at=clock.now()
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(export)
    context = {
        "form": form,
        "currencies": currencies(ours, asked.currency),
        "this_year": clock.now().year,
        "query": asked.url_with().partition("?")[2],
        "list_url": asked.url_with(),
        "exports": Export.objects.filter(organization=ours).order_by("-pk")[:SHOWN],
    }
    status = 422 if form.errors else 200
    return render(request, "records/exports.html", context, status=status)


@require_http_methods(["GET", "POST"])
def papers(request: SignedInRequest) -> HttpResponse:
    """Documents of some days as one archive: the last month, unless other days are asked for."""
    ours, last = request.organization, clock.now().date().replace(day=1) - DAY
    sent = request.POST if request.method == "POST" else request.GET
    form = PeriodForm(sent, since=last.replace(day=1), until=last)
    if form.is_valid() and request.method == "POST":
        try:
            export = exports.request_papers(
                ours, **form.cleaned_data, by=request.user, at=clock.now()
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(export)
    count = count_of(ours, **form.cleaned_data) if form.is_valid() else 0
    context = {"form": form, "count": count}
    status = 422 if form.errors else 200
    return render(request, "records/export_papers.html", context, status=status)


@require_safe
def detail(request: SignedInRequest, ref: str) -> HttpResponse:
    export = _find(request, ref)
    context = {"export": export, "list_url": f"{reverse('records')}?{export.query}"}
    response = render(request, "records/export.html", context)
    if export.is_running:
        response["Refresh"] = LOOK_AGAIN  # without JavaScript, too
    return response


@require_safe
def file(request: SignedInRequest, ref: str) -> HttpResponseBase:
    """Hand it out to be saved, in pieces: it may be larger than memory."""
    return hand_out(_find(request, ref))


def hand_out(export: Export) -> HttpResponseBase:
    if not export.is_there:
        raise Http404
    response = StreamingHttpResponse(
        _pieces(files.place_of(export.stored_as)), content_type="application/octet-stream"
    )
    response["Content-Length"] = str(export.size)
    return downloads.saved(response, export.file_name)


@require_POST
def cancellation(request: SignedInRequest, ref: str) -> HttpResponse:
    export = _find(request, ref)
    try:
        exports.cancel(export.pk, by=request.user, at=clock.now())
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "It is not written any further. Nothing is kept of it.")
    return redirect("exports")


def _pieces(path: Path) -> Iterator[bytes]:
    """The file is opened when somebody reads, and closed when they have or are gone."""
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def _find(request: SignedInRequest, ref: str) -> Export:
    return get_object_or_404(Export.objects.visible_to(request.user), ref=ref)
