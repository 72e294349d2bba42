from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from billing_site.kernel.http import SignedInRequest
from billing_site.kernel.money import show
from billing_site.kernel.transitions import NotAllowed
from billing_site.platform import clock
from invoices.forms.cost_preview import partners_of
from invoices.forms.hourly import HourlyContractForm, LimitForm, RateForm
from invoices.forms.hourly_preview import hourly_preview
from invoices.forms.projects import is_confirmed
from invoices.models import Contract
from invoices.queries.hourly_terms import hourly_terms
from invoices.services import hourly_terms as terms
from invoices.services.hourly_drafting import draft_hourly
from invoices.views.answering import answer, do
from invoices.views.contracts import find, refuse_who_may_not_offer


@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    refuse_who_may_not_offer(request)
    form = HourlyContractForm(request.POST or None, client=request.organization)
    if form.is_bound and "preview" not in request.POST and form.is_valid():
        try:
            contract = _draft(request, form)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("contract-offer", contract.ref)
    refused = form.is_bound and "preview" not in request.POST
    context = {
        "form": form,
        "preview": hourly_preview(form, at=clock.now()),
        "partners": partners_of(request.organization),
    }
    return render(
        request, "invoices/contract_new_hourly.html", context, status=422 if refused else 200
    )


@require_POST
def cost(request: SignedInRequest) -> HttpResponse:
    """The live preview beside the form; it changes nothing."""
    refuse_who_may_not_offer(request)
    form = HourlyContractForm(request.POST, client=request.organization)
    preview = hourly_preview(form, at=clock.now())
    return render(request, "invoices/contract_cost_hourly.html", {"preview": preview})


@require_http_methods(["GET", "POST"])
def limit(request: SignedInRequest, ref: str) -> HttpResponse:
    contract, at = _find_hourly(request, ref), clock.now()
    now = hourly_terms(contract, at=at)
    form = LimitForm(request.POST or None, seen={"seen_limit": now.limit_words})
    return answer(
        request,
        form,
        deed=lambda: terms.change_limit(
            contract.pk,
            form.cleaned_data["limit"] * 60,
            by=request.user,
            at=at,
            over_budget=is_confirmed(form),
            op_id=form.cleaned_data["op_id"],
        ),
        done=f"{contract.freelancer} is told of the new weekly limit.",
        to=contract,
        template="invoices/contract_limit.html",
        context={"contract": contract, "terms": now},
    )


@require_http_methods(["GET", "POST"])
def rate(request: SignedInRequest, ref: str) -> HttpResponse:
    contract, at = _find_hourly(request, ref), clock.now()
    now = hourly_terms(contract, at=at)
    form = RateForm(
        request.POST or None,
        currency=contract.currency,
        seen={"seen_rate": show(now.rate)},
    )
    return answer(
        request,
        form,
        deed=lambda: terms.change_rate(
            contract.pk,
            form.cleaned_data["rate"],
            by=request.user,
            at=at,
            from_monday=form.cleaned_data["when"] == "monday",
            over_budget=is_confirmed(form),
            op_id=form.cleaned_data["op_id"],
        ),
        done="The other side is told of the new rate.",
        to=contract,
        template="invoices/contract_rate.html",
        context={"contract": contract, "terms": now},
    )


@require_POST
def manual_time(request: SignedInRequest, ref: str) -> HttpResponse:
    return _set_manual_time(request, ref, allowed=True)


@require_POST
def manual_time_end(request: SignedInRequest, ref: str) -> HttpResponse:
    return _set_manual_time(request, ref, allowed=False)


def _set_manual_time(request: SignedInRequest, ref: str, *, allowed: bool) -> HttpResponse:
    contract = _find_hourly(request, ref)
    return do(
        request,
        deed=lambda: terms.allow_manual_time(
            contract.pk, allowed=allowed, by=request.user, at=clock.now()
        ),
        done="Manual time is allowed." if allowed else "Only tracked time counts from now on.",
        to=contract,
    )


def _find_hourly(request: SignedInRequest, ref: str) -> Contract:
    contract = find(request, ref)
    if not contract.is_hourly:
        raise Http404("This contract is not paid by the hour.")
    return contract


def _draft(request: SignedInRequest, form: HourlyContractForm) -> Contract:
    facts, at = form.cleaned_data, clock.now()
    return draft_hourly(
        client=request.organization,
        freelancer=facts["freelancer"],
        title=facts["title"],
        description=facts["description"],
        treatment=form.treatment(at=at),
        terms=form.terms(),
        by=request.user,
        at=at,
        op_id=facts["op_id"],
    )
