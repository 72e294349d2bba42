from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from billing_site.kernel.http import SignedInRequest
from billing_site.kernel.transitions import NotAllowed
from billing_site.platform import clock
from invoices.forms.cost_preview import partners_of
from invoices.forms.retainers import RetainerForm, retainer_preview
from invoices.models import Contract
from invoices.services.retainers import draft_retainer
from invoices.views.contracts import refuse_who_may_not_offer


@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    refuse_who_may_not_offer(request)
    at = clock.now()
    form = RetainerForm(request.POST or None, client=request.organization, today=at.date())
    asks_only = "preview" in request.POST
    if form.is_bound and not asks_only and form.is_valid():
        try:
            contract = _draft(request, form)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("contract-offer", contract.ref)
    context = {
        "form": form,
        "preview": retainer_preview(form, at=at),
        "partners": partners_of(request.organization),
    }
    status = 422 if form.is_bound and not asks_only else 200
    return render(request, "invoices/contract_new_retainer.html", context, status=status)


@require_POST
def cost(request: SignedInRequest) -> HttpResponse:
    """The live preview beside the form; it changes nothing."""
    refuse_who_may_not_offer(request)
    at = clock.now()
    form = RetainerForm(request.POST, client=request.organization, today=at.date())
    context = {"preview": retainer_preview(form, at=at)}
    return render(request, "invoices/contract_cost_retainer.html", context)


def _draft(request: SignedInRequest, form: RetainerForm) -> Contract:
    facts, at = form.cleaned_data, clock.now()
    return draft_retainer(
        client=request.organization,
        freelancer=facts["freelancer"],
        title=facts["title"],
        description=facts["description"],
        terms=form.terms(),
        treatment=form.treatment(at=at),
        by=request.user,
        at=at,
        op_id=facts["op_id"],
    )
