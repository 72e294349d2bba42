"""Released money that two sides disagree about: a mediator is asked, and a part is given back."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from billing_site.kernel.forms import ConsentForm
from billing_site.kernel.http import SignedInRequest
from billing_site.kernel.money import show
from billing_site.platform import clock
from invoices.forms.ending import AgreementForm
from invoices.queries.refund_request_page import refund_request_page
from invoices.queries.viewer import viewer_of
from invoices.services import mediating_requests
from invoices.views.answering import answer
from invoices.views.refund_requests import find


@require_http_methods(["GET", "POST"])
def mediation(request: SignedInRequest, ref: str) -> HttpResponse:
    asked = find(request, ref)
    form = ConsentForm(request.POST or None)
    return answer(
        request,
        form,
        deed=lambda: mediating_requests.dispute(
            asked.pk, by=request.user, at=clock.now(), op_id=form.cleaned_data["op_id"]
        ),
        done="Asked. Both of you have been told, and nothing has moved.",
        to=asked,
        template="invoices/refund_mediation.html",
        context={
            "page": refund_request_page(
                asked, viewer_of(request.membership, asked.contract), at=clock.now()
            )
        },
    )


@require_http_methods(["GET", "POST"])
def agreement(request: SignedInRequest, ref: str) -> HttpResponse:
    """The freelancer names what they give back; nobody else can."""
    asked = find(request, ref)
    form = AgreementForm(request.POST or None, asked=asked)
    return answer(
        request,
        form,
        deed=lambda: mediating_requests.agree(
            asked.pk,
            amount=form.cleaned_data["amount"],
            by=request.user,
            at=clock.now(),
            op_id=form.cleaned_data["op_id"],
        ),
        done=f"Agreed. It goes back to {asked.contract.client}, with its VAT and our fee on it.",
        to=asked,
        template="invoices/refund_agreement.html",
        context={
            "page": refund_request_page(
                asked, viewer_of(request.membership, asked.contract), at=clock.now()
            ),
            "asked": show(asked.amount),
        },
    )
