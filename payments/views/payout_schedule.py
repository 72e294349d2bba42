"""On which days a freelancer's money is withdrawn by itself."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from billing_site.kernel.http import SignedInRequest
from billing_site.kernel.money import show, zero
from billing_site.kernel.transitions import NotAllowed
from billing_site.people import step_up
from billing_site.people.access import Deed, allows
from billing_site.platform import clock
from payments.cadence import Rhythm
from payments.forms.schedules import ScheduleForm
from payments.queries.schedule_page import SchedulePage, schedule_page
from payments.services import schedules
from payments.views.acting import earner, withdrawer


@require_http_methods(["GET", "POST"])
def schedule(request: SignedInRequest) -> HttpResponse:
    """Choosing one is consent to every withdrawal to come, so a fresh second factor is asked."""
    posted = request.method == "POST"
    organization = withdrawer(request) if posted else earner(request)
    page = schedule_page(organization, method_ref=request.POST.get("method", ""), at=clock.now())
    form = _form(request, page)
    if posted and form.is_valid():
        answer = _choose(request, page, form)
        if answer is not None:
            return answer
    context = {
        "page": page,
        "form": form,
        "may_change": allows(request.membership, Deed.WITHDRAW),
    }
    return render(request, "payments/payout_schedule.html", context, status=422 if posted else 200)


def _choose(
    request: SignedInRequest, page: SchedulePage, form: ScheduleForm
) -> HttpResponse | None:
    rhythm, minimum = form.cleaned_data["rhythm"], form.cleaned_data["minimum"]
    assert page.method, "A valid form names one of our banks."
    proof = step_up.required(request, purpose=f"schedule:{rhythm}:{page.method.ref}:{minimum}")
    if proof:
        return proof
    try:
        schedules.choose(
            page.organization,
            rhythm=rhythm,
            method=page.method,
            minimum=minimum,
            by=request.user,
            at=clock.now(),
        )
    except NotAllowed as refusal:
        form.add_error(None, str(refusal))
        return None
    by_hand = rhythm == Rhythm.BY_HAND
    words = "You withdraw by hand from now on." if by_hand else "Withdrawn by itself from now on."
    messages.success(request, words)
    return redirect("payout-schedule")


def _form(request: SignedInRequest, page: SchedulePage) -> ScheduleForm:
    now, method = page.schedule, page.method
    currency = method.currency if method else page.organization.currency
    is_same = now is not None and now.currency == currency
    return ScheduleForm(
        request.POST if request.method == "POST" else None,
        currency=currency,
        rhythms=page.rhythms,
        methods=page.methods,
        seen={"fee": show(page.fee)},
        initial={
            "rhythm": now.rhythm if now else Rhythm.BY_HAND,
            "method": method.ref if method else "",
            "minimum": now.minimum if now and is_same else zero(currency),
        },
    )
