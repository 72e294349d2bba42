from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing_site.kernel.http import SignedInRequest
from billing_site.kernel.transitions import NotAllowed
from billing_site.platform import clock
from invoices.forms.invoices import FundingForm
from invoices.forms.projects import is_confirmed, refuse
from invoices.models import Milestone
from invoices.queries.milestone_page import milestone_page
from invoices.queries.viewer import viewer_of
from invoices.services import milestones
from invoices.views.answering import do, quote_of, to_payment
from payments.queries.credit import saved_way
from payments.queries.own_currency import own_currency


@require_safe
def detail(request: SignedInRequest, ref: str) -> HttpResponse:
    milestone = find(request, ref)
    viewer = viewer_of(request.membership, milestone.contract)
    page = milestone_page(milestone, viewer, at=clock.now())
    return render(request, "invoices/milestone.html", {"page": page})


@require_http_methods(["GET", "POST"])
def funding(request: SignedInRequest, ref: str) -> HttpResponse:
    """The whole cost first; agreeing leads to the page where it is paid."""
    milestone, at = find(request, ref), clock.now()
    page = milestone_page(milestone, viewer_of(request.membership, milestone.contract), at=at)
    saved = saved_way(milestone.contract.client, page.cost.client_pays, at=at)
    own = own_currency(
        milestone.contract.client,
        page.cost.client_pays,
        document=f"milestone/{milestone.ref}",
        ref=quote_of(request),
        at=at,
    )
    seen = {**page.cost.seen, **(own.seen if own else {})}
    form = FundingForm(request.POST or None, seen=seen, saved=saved)
    if form.is_valid():
        try:
            charge = milestones.begin_funding(
                milestone.pk,
                by=request.user,
                at=at,
                saved=form.chosen,
                quote=own.quote if own else None,
                over_budget=is_confirmed(form),
                op_id=form.cleaned_data["op_id"],
            )
        except NotAllowed as refusal:
            refuse(form, refusal)
        else:
            return to_payment(charge, is_charged=form.chosen is not None, at=at)
    status = 422 if form.errors else 200
    context = {"page": page, "form": form, "own": own}
    return render(request, "invoices/milestone_funding.html", context, status=status)


@require_POST
def cancellation(request: SignedInRequest, ref: str) -> HttpResponse:
    milestone = find(request, ref)
    return do(
        request,
        deed=lambda: milestones.cancel(milestone.pk, by=request.user, at=clock.now()),
        done=f"{milestone} is cancelled. Nothing was charged for it.",
        to=milestone.contract,
    )


def find(request: SignedInRequest, ref: str) -> Milestone:
    visible = Milestone.objects.visible_to(request.user).select_related(
        "contract__client",
        "contract__freelancer",
        "escrow__client",
        "escrow__freelancer",
        "escrow__funded_by",
    )
    return get_object_or_404(visible, ref=ref)
