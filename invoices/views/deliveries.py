from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from billing_site.kernel.http import SignedInRequest
from billing_site.platform import clock
from invoices.forms.invoices import DeliveryForm
from invoices.queries.milestone_page import milestone_page
from invoices.queries.viewer import viewer_of
from invoices.services import invoicing
from invoices.views.answering import answer
from invoices.views.milestones import find


@require_http_methods(["GET", "POST"])
def delivery(request: SignedInRequest, ref: str) -> HttpResponse:
    milestone, at = find(request, ref), clock.now()
    page = milestone_page(milestone, viewer_of(request.membership, milestone.contract), at=at)
    form = DeliveryForm(request.POST or None, seen=page.cost.seen, files=request.FILES or None)
    return answer(
        request,
        form,
        deed=lambda: invoicing.deliver(
            milestone.pk,
            message=form.cleaned_data["message"],
            uploads=form.uploads(),
            by=request.user,
            at=at,
            op_id=form.cleaned_data["op_id"],
        ),
        done=f"Delivered. {milestone.contract.client} has been told.",
        to=milestone.contract,
        template="invoices/milestone_delivery.html",
        context={"page": page},
    )
