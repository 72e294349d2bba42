from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from billing_site.kernel.http import SignedInRequest
from billing_site.platform import clock
from invoices.fees import cost_of
from invoices.forms.contracts import AcceptanceForm, OfferForm, ReasonForm
from invoices.forms.projects import is_confirmed
from invoices.models import Contract
from invoices.queries.offer_page import offer_page
from invoices.queries.prices import prices_of
from invoices.queries.viewer import viewer_of
from invoices.services import contracts
from invoices.views.answering import answer, do
from invoices.views.contracts import find


@require_http_methods(["GET", "POST"])
def offer(request: SignedInRequest, ref: str) -> HttpResponse:
    contract = find(request, ref)
    at = clock.now()
    form = OfferForm(
        request.POST or None, seen=cost_of(contract, prices_of(contract, at=at), on=at.date()).seen
    )
    return answer(
        request,
        form,
        deed=lambda: contracts.offer(
            contract.pk,
            by=request.user,
            at=at,
            over_budget=is_confirmed(form),
            op_id=form.cleaned_data["op_id"],
        ),
        done=f"Offered. {contract.freelancer} has 14 days to answer.",
        to=contract,
        template="invoices/contract_offer.html",
        context={"page": offer_page(contract, viewer_of(request.membership, contract), at=at)},
    )


@require_http_methods(["GET", "POST"])
def acceptance(request: SignedInRequest, ref: str) -> HttpResponse:
    contract = find(request, ref)
    at = clock.now()
    form = AcceptanceForm(
        request.POST or None, seen=cost_of(contract, prices_of(contract, at=at), on=at.date()).seen
    )
    return answer(
        request,
        form,
        deed=lambda: contracts.accept(
            contract.pk, by=request.user, at=at, op_id=form.cleaned_data["op_id"]
        ),
        done=_accepted(contract),
        to=contract,
        template="invoices/contract_acceptance.html",
        context={"page": offer_page(contract, viewer_of(request.membership, contract), at=at)},
    )


@require_http_methods(["GET", "POST"])
def refusal(request: SignedInRequest, ref: str) -> HttpResponse:
    contract = find(request, ref)
    form = ReasonForm(request.POST or None)
    return answer(
        request,
        form,
        deed=lambda: contracts.decline(
            contract.pk,
            by=request.user,
            at=clock.now(),
            reason=form.cleaned_data["reason"],
            op_id=form.cleaned_data["op_id"],
        ),
        done="Declined. Nothing was charged.",
        to=contract,
        template="invoices/contract_refusal.html",
        context={"contract": contract},
    )


@require_http_methods(["GET", "POST"])
def withdrawal(request: SignedInRequest, ref: str) -> HttpResponse:
    contract = find(request, ref)
    form = ReasonForm(request.POST or None)
    del form.fields["reason"]
    return answer(
        request,
        form,
        deed=lambda: contracts.withdraw(
            contract.pk, by=request.user, at=clock.now(), op_id=form.cleaned_data["op_id"]
        ),
        done="You took the offer back.",
        to=contract,
        template="invoices/contract_withdrawal.html",
        context={"contract": contract},
    )


@require_POST
def discard(request: SignedInRequest, ref: str) -> HttpResponse:
    contract = find(request, ref)
    return do(
        request,
        deed=lambda: contracts.discard(contract.pk, by=request.user, at=clock.now()),
        done="The draft is discarded.",
        to="contracts",
    )


def _accepted(contract: Contract) -> str:
    if contract.is_hourly:
        return "Accepted. Start the timer when you work."
    if contract.is_retainer:
        return "Accepted. Each period is billed in your name on the day after it."
    return f"Accepted. Start when {contract.client} has funded the first milestone."
