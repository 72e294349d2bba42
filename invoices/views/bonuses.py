from __future__ import annotations

from functools import partial
from uuid import UUID, uuid5

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from billing_site.kernel.http import SignedInRequest
from billing_site.kernel.transitions import NotAllowed
from billing_site.platform import clock
from invoices.forms.bonuses import BonusForm, BonusQuoteForm
from invoices.forms.projects import is_confirmed, refuse
from invoices.models import Invoice
from invoices.queries.bonus_page import BonusPage, bonus_page
from invoices.queries.viewer import viewer_of
from invoices.services import bonuses, owing
from invoices.views.answering import to_payment
from invoices.views.contracts import find


@require_http_methods(["GET", "POST"])
def bonus(request: SignedInRequest, ref: str) -> HttpResponse:
    """Looking at it shows what a sum costs; posting is the consent to exactly that."""
    contract, at = find(request, ref), clock.now()
    sent = request.POST if request.method == "POST" else request.GET
    viewer = viewer_of(request.membership, contract)
    page = bonus_page(contract, viewer, sent.get("amount", ""), at=at)
    form = BonusForm(
        request.POST or None, currency=contract.currency, amount=page.amount, seen=page.seen
    )
    if request.method == "POST" and form.is_valid():
        give = partial(bonuses.give, over_budget=is_confirmed(form))
        deed = give if page.is_client else bonuses.ask
        try:
            invoice = deed(
                contract.pk,
                form.cleaned_data["amount"],
                words=form.cleaned_data["words"],
                by=request.user,
                at=at,
                op_id=form.cleaned_data["op_id"],
            )
        except NotAllowed as refusal:
            refuse(form, refusal)
        else:
            return _go_on(request, page, invoice, op_id=form.cleaned_data["op_id"])
    context = {"page": page, "quote": _quote(request, page), "form": form}
    status = 422 if request.method == "POST" or page.refusal else 200
    return render(request, "invoices/bonus.html", context, status=status)


def _go_on(
    request: SignedInRequest, page: BonusPage, invoice: Invoice, *, op_id: UUID
) -> HttpResponse:
    """Whoever gave it and may pay is led to the payment at once; the same form begins one."""
    if not page.is_client:
        messages.success(request, f"Asked. {page.other} has been told.")
    elif not invoice.is_issued:
        messages.success(request, "Somebody else has to approve it, too. They have been told.")
    elif page.is_collected:
        messages.success(request, f"Given. It is being charged now; {page.other} has been told.")
    elif not page.may_pay or invoice.state != Invoice.State.APPROVED:
        messages.success(request, f"Given. {page.other} has been told.")
    else:
        return _pay(request, invoice, op_id=uuid5(op_id, "pay"))
    return redirect(invoice)


def _pay(request: SignedInRequest, invoice: Invoice, *, op_id: UUID) -> HttpResponse:
    at = clock.now()
    try:
        charge = owing.pay(invoice.pk, by=request.user, at=at, op_id=op_id)
    except NotAllowed as refusal:  # Given it is, whoever pays it and when.
        messages.error(request, f"Given. {refusal}")
        return redirect(invoice)
    return to_payment(charge, is_charged=False, at=at)


def _quote(request: SignedInRequest, page: BonusPage) -> BonusQuoteForm:
    """The question. What was asked stands in it, with what was wrong about it."""
    data = request.GET if "amount" in request.GET else None
    quote = BonusQuoteForm(data, currency=page.contract.currency, initial=page.amount)
    if data is not None and quote.is_valid() and page.refusal:
        quote.add_error("amount", page.refusal)
    return quote
