from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from billing_site.kernel.http import SignedInRequest
from billing_site.kernel.transitions import NotAllowed
from billing_site.people.access import Deed, allows
from billing_site.platform import clock
from invoices.forms.time import StartForm, StopForm
from invoices.models import Timer
from invoices.queries.timer_page import timer_page
from invoices.services import timing
from invoices.views.answering import do


@require_http_methods(["GET", "POST"])
def timer(request: SignedInRequest) -> HttpResponse:
    """What runs now, and the form that starts it."""
    if not request.organization.works:
        raise Http404("Time is logged by those who work.")
    at = clock.now()
    page = timer_page(request.organization, request.user, at=at)
    form = StartForm(request.POST or None, contracts=page.contracts)
    if form.is_bound and form.is_valid():
        facts = form.cleaned_data
        contract = next(it for it in page.contracts if it.ref == facts["contract"])
        try:
            timing.start(
                contract.pk,
                by=request.user,
                at=at,
                memo=facts["memo"],
                activity=facts["activity"],
                op_id=facts["op_id"],
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The timer runs. You can close this page.")
            return redirect("timer")
    context = {
        "page": page,
        "form": form,
        "stop": _stop_form(page.running),
        "may_work": allows(request.membership, Deed.WORK),
    }
    return render(request, "invoices/timer.html", context, status=422 if form.errors else 200)


@require_POST
def stop(request: SignedInRequest, ref: str) -> HttpResponse:
    running = _find(request, ref)
    form = StopForm(request.POST)
    if not form.is_valid():
        messages.error(request, "The timer still runs: the words are too long.")
        return redirect("timer")
    return do(
        request,
        deed=lambda: timing.stop(
            running.pk,
            by=request.user,
            at=clock.now(),
            memo=form.cleaned_data["memo"],
            activity=form.cleaned_data["activity"],
        ),
        done="Stopped. A run of less than a minute leaves nothing.",
        to="timer",
    )


@require_POST
def discard(request: SignedInRequest, ref: str) -> HttpResponse:
    running = _find(request, ref)
    return do(
        request,
        deed=lambda: timing.discard(running.pk, by=request.user, at=clock.now()),
        done="Discarded. Nothing was logged.",
        to="timer",
    )


def _find(request: SignedInRequest, ref: str) -> Timer:
    return get_object_or_404(Timer.objects.of(request.user), ref=ref)


def _stop_form(running: Timer | None) -> StopForm | None:
    if running is None:
        return None
    return StopForm(
        initial={"memo": running.memo, "activity": running.activity}, auto_id="id_stop_%s"
    )
