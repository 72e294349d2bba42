from __future__ import annotations

from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST

from billing_site.kernel.http import SignedInRequest
from billing_site.platform import clock
from invoices.forms.time import ActivityForm, TimeForm, filled_from
from invoices.models import TimeEntry
from invoices.queries.contract_hours import week_url
from invoices.queries.viewer import viewer_of
from invoices.queries.week_page import week_page
from invoices.services import time_entries
from invoices.views.answering import answer, do
from invoices.views.contracts import find


@require_http_methods(["GET", "POST"])
def week(request: SignedInRequest, ref: str, monday: date) -> HttpResponse:
    """The week's time; posting to it adds a piece that was written by hand."""
    contract, at = find(request, ref), clock.now()
    if not contract.is_hourly or monday.weekday() != 0 or contract.accepted_at is None:
        raise Http404("There is no such week.")
    zone = request.user.zone
    today = at.astimezone(zone).date()
    form = TimeForm(request.POST or None, zone=zone, initial={"day": today})
    return answer(
        request,
        form,
        deed=lambda: time_entries.add(
            contract.pk,
            form.written(),
            by=request.user,
            at=at,
            op_id=form.cleaned_data["op_id"],
        ),
        done="Logged.",
        to=week_url(contract, monday),
        template="invoices/week.html",
        context={
            "page": week_page(contract, monday, viewer_of(request.membership, contract), at=at)
        },
    )


@require_http_methods(["GET", "POST"])
def entry(request: SignedInRequest, ref: str) -> HttpResponse:
    """One entry: its person corrects it, the client names the activity."""
    found = _find(request, ref)
    zone = request.user.zone
    form = TimeForm(request.POST or None, zone=zone, initial=filled_from(found, zone))
    return answer(
        request,
        form,
        deed=lambda: time_entries.change(
            found.pk,
            form.written(),
            by=request.user,
            at=clock.now(),
            op_id=form.cleaned_data["op_id"],
        ),
        done="Corrected.",
        to=found.week.get_absolute_url(),
        template="invoices/time_entry.html",
        context=_shown(request, found),
    )


@require_POST
def activity(request: SignedInRequest, ref: str) -> HttpResponse:
    found = _find(request, ref)
    form = ActivityForm(request.POST)
    return answer(
        request,
        form,
        deed=lambda: time_entries.relabel(
            found.pk, form.cleaned_data["activity"], by=request.user, at=clock.now()
        ),
        done="Named.",
        to=found.week.get_absolute_url(),
        template="invoices/time_entry.html",
        context={**_shown(request, found), "naming": form},
    )


@require_POST
def removal(request: SignedInRequest, ref: str) -> HttpResponse:
    found = _find(request, ref)
    return do(
        request,
        deed=lambda: time_entries.remove(found.pk, by=request.user, at=clock.now()),
        done="Removed. It does not count any more.",
        to=found.week.get_absolute_url(),
    )


def _find(request: SignedInRequest, ref: str) -> TimeEntry:
    living = TimeEntry.objects.living().visible_to(request.user)
    together = living.select_related("person", "week__contract", "contract__client")
    return get_object_or_404(together, ref=ref)


def _shown(request: SignedInRequest, entry: TimeEntry) -> dict[str, object]:
    return {
        "entry": entry,
        "is_own": entry.person_id == request.user.pk,
        "naming": ActivityForm(initial={"activity": entry.activity}, auto_id="id_name_%s"),
    }
