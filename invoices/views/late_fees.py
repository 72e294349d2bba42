from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from billing_site.kernel.http import SignedInRequest
from billing_site.platform import clock
from invoices.forms.late_fees import LateFeeForm
from invoices.models import Contract
from invoices.queries.late_fees import policy_of, policy_words
from invoices.services import late_fees
from invoices.views.answering import answer, do
from invoices.views.contracts import find
from invoices.views.invoices import find as find_invoice


@require_http_methods(["GET", "POST"])
def policy(request: SignedInRequest, ref: str) -> HttpResponse:
    """What paying late costs, while the contract is a draft of the client's."""
    contract = find(request, ref)
    agreed = policy_of(contract)
    form = LateFeeForm(request.POST or None, currency=contract.currency, policy=agreed)
    return answer(
        request,
        form,
        deed=lambda: late_fees.agree(
            contract.pk,
            fixed=form.cleaned_data["fixed"],
            monthly_bps=form.cleaned_data["monthly"],
            grace_days=form.cleaned_data["grace_days"],
            cap_bps=form.cleaned_data["cap"],
            by=request.user,
            at=clock.now(),
        ),
        done="Written down. It stands on the offer.",
        to=reverse("contract-offer", args=[contract.ref]),
        template="invoices/contract_late_fee.html",
        context={
            "contract": contract,
            "words": policy_words(agreed),
            "may_change": contract.state == Contract.State.DRAFT
            and contract.client_may_offer(request.user),
        },
    )


@require_POST
def waiver(request: SignedInRequest, ref: str) -> HttpResponse:
    invoice = find_invoice(request, ref)
    return do(
        request,
        deed=lambda: late_fees.waive(invoice.pk, by=request.user, at=clock.now()),
        done="Waived. They have been told.",
        to=invoice,
    )
