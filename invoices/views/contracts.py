from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing_site.kernel.fields import CURRENCIES
from billing_site.kernel.forms import clean_text
from billing_site.kernel.http import OtherSide, SignedInRequest
from billing_site.kernel.transitions import NotAllowed
from billing_site.people.access import Deed, allows
from billing_site.people.doors import refuse_who_may_not
from billing_site.platform import clock
from invoices.forms.contracts import ContractForm, MilestoneForm, ReasonForm, milestone_forms
from invoices.forms.cost_preview import cost_preview, partners_of
from invoices.forms.ending import figures
from invoices.models import Contract
from invoices.queries import division
from invoices.queries.contract_list import contract_list
from invoices.queries.contract_page import contract_page
from invoices.queries.division import undecided_of
from invoices.queries.viewer import viewer_of
from invoices.services import contracts, ending
from invoices.views.answering import answer, do


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    found = contract_list(
        request.organization,
        tab=request.GET.get("tab", ""),
        query=clean_text(request.GET.get("q", ""))[:100],
        page=request.GET.get("page", "1"),
        at=clock.now(),
    )
    may_offer = viewer_may_offer(request)
    context = {"list": found, "query": request.GET.get("q", ""), "may_offer": may_offer}
    return render(request, "invoices/contracts.html", context)


@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    refuse_who_may_not_offer(request)
    data = request.POST or None
    form = ContractForm(data, client=request.organization)
    milestones = _milestones(request, data)
    if data is not None and "add" not in data and "preview" not in data:
        filled = [each for each in milestones if each.is_filled]
        is_whole = all([form.is_valid(), *(each.is_valid() for each in filled)])
        if not filled:
            form.add_error(None, "A contract has at least one milestone.")
        elif is_whole:
            try:
                contract = _draft(request, form, filled)
            except NotAllowed as refusal:
                form.add_error(None, str(refusal))
            else:
                return redirect("contract-offer", contract.ref)
    return _show_new(request, form, milestones)


@require_POST
def cost(request: SignedInRequest) -> HttpResponse:
    """The live preview beside the form; it changes nothing."""
    refuse_who_may_not_offer(request)
    form = ContractForm(request.POST, client=request.organization)
    preview = cost_preview(form, _milestones(request, request.POST), at=clock.now())
    return render(request, "invoices/contract_cost.html", {"preview": preview})


@require_safe
def detail(request: SignedInRequest, ref: str) -> HttpResponse:
    contract = find(request, ref)
    page = contract_page(contract, viewer_of(request.membership, contract), at=clock.now())
    return render(request, "invoices/contract.html", {"page": page, "contract": contract})


@require_POST
def pause(request: SignedInRequest, ref: str) -> HttpResponse:
    contract = find(request, ref)
    return do(
        request,
        deed=lambda: contracts.pause(contract.pk, by=request.user, at=clock.now()),
        done="Paused. Days of the pause cost nothing."
        if contract.is_retainer
        else "Paused. Nothing new is funded until you resume.",
        to=contract,
    )


@require_POST
def resumption(request: SignedInRequest, ref: str) -> HttpResponse:
    contract = find(request, ref)
    return do(
        request,
        deed=lambda: contracts.resume(contract.pk, by=request.user, at=clock.now()),
        done="The contract is active again.",
        to=contract,
    )


@require_http_methods(["GET", "POST"])
def end(request: SignedInRequest, ref: str) -> HttpResponse:
    contract = find(request, ref)
    viewer = viewer_of(request.membership, contract)
    undecided = undecided_of(contract, viewer)
    asks = figures(request, undecided)
    divisions = division.divisions_of(undecided, asks.keeps)
    form = ReasonForm(request.POST or None, seen=division.seen(divisions))
    asks.carried_by(form)
    return answer(
        request,
        form,
        deed=lambda: ending.end(
            contract.pk,
            keeps=asks.keeps,
            by=request.user,
            at=clock.now(),
            reason=form.cleaned_data["reason"],
            op_id=form.cleaned_data["op_id"],
        ),
        done="The contract is ending: it is closed when nothing of it is open.",
        to=contract,
        template="invoices/contract_end.html",
        context={
            "contract": contract,
            "page": contract_page(contract, viewer, at=clock.now()),
            "is_client": viewer.is_client,
            "figures": asks if undecided else None,
            "divisions": divisions,
        },
    )


def find(request: SignedInRequest, ref: str) -> Contract:
    visible = Contract.objects.visible_to(request.user)
    found = visible.select_related("client", "freelancer", "project")
    return get_object_or_404(found, ref=ref)


def viewer_may_offer(request: SignedInRequest) -> bool:
    return request.organization.is_client and allows(request.membership, Deed.OFFER)


def refuse_who_may_not_offer(request: SignedInRequest) -> None:
    if not request.organization.is_client:
        raise OtherSide("Contracts are offered by clients; you will get a letter with each offer.")
    refuse_who_may_not(request, Deed.OFFER)


def _milestones(request: SignedInRequest, data: Any) -> list[MilestoneForm]:
    currency = (data or {}).get("currency")
    if currency not in dict(CURRENCIES):
        currency = request.organization.currency
    return milestone_forms(data, currency=currency)


def _draft(request: SignedInRequest, form: ContractForm, filled: list[MilestoneForm]) -> Contract:
    facts, at = form.cleaned_data, clock.now()
    return contracts.draft(
        client=request.organization,
        freelancer=facts["freelancer"],
        title=facts["title"],
        description=facts["description"],
        review_days=facts["review_days"],
        treatment=form.treatment(at=at),
        work=[each.planned() for each in filled],
        by=request.user,
        at=at,
        op_id=facts["op_id"],
    )


def _show_new(
    request: SignedInRequest, form: ContractForm, milestones: list[MilestoneForm]
) -> HttpResponse:
    asks_only = request.method == "POST" and ("add" in request.POST or "preview" in request.POST)
    context = {
        "form": form,
        "milestones": milestones,
        "preview": cost_preview(form, milestones, at=clock.now()),
        "partners": partners_of(request.organization),
    }
    has_errors = form.errors or any(each.errors for each in milestones)
    refused = request.method == "POST" and not asks_only and has_errors
    context["refused"] = refused
    return render(request, "invoices/contract_new.html", context, status=422 if refused else 200)
