"""Expenses of a freelancer: a list, a form with a receipt, and several on one invoice."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing_site.kernel.http import SignedInRequest
from billing_site.kernel.transitions import NotAllowed
from billing_site.people.access import Deed
from billing_site.people.doors import refuse_who_may_not
from billing_site.platform import clock
from invoices.forms.expenses import ExpenseForm
from invoices.models import Contract, Expense
from invoices.queries.expense_list import expense_list
from invoices.queries.writing_page import BILLABLE, billable_contracts
from invoices.services import expenses
from invoices.views.answering import answer, do
from invoices.views.invoices import may_write_invoices


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    if not request.organization.works:
        raise Http404("Expenses are a freelancer's.")
    context = {
        "list": expense_list(request.organization),
        "may_write": may_write_invoices(request),
    }
    return render(request, "invoices/expenses.html", context)


@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    _refuse_who_does_not_work(request)
    asked = request.POST.get("contract") or request.GET.get("contract", "")
    if not asked:
        found = billable_contracts(request.organization)
        return render(request, "invoices/expense_contracts.html", {"contracts": found})
    contract, at = _contract(request, asked), clock.now()
    form = ExpenseForm(
        request.POST or None, files=request.FILES or None, contract=contract, today=at.date()
    )

    def deed() -> Expense:
        voucher = form.upload()
        assert voucher, "The form asks for one."
        return expenses.add(
            contract.pk,
            form.spent(),
            voucher,
            by=request.user,
            at=at,
            op_id=form.cleaned_data["op_id"],
        )

    return answer(
        request,
        form,
        deed=deed,
        done="Kept. Put it on an invoice when you are ready.",
        to="expenses",
        template="invoices/expense_new.html",
        context={"contract": contract},
    )


@require_http_methods(["GET", "POST"])
def detail(request: SignedInRequest, ref: str) -> HttpResponse:
    expense, at = _find(request, ref), clock.now()
    form = ExpenseForm(
        request.POST or None,
        files=request.FILES or None,
        contract=expense.contract,
        today=at.date(),
        expense=expense,
    )
    return answer(
        request,
        form,
        deed=lambda: expenses.change(
            expense.pk, form.spent(), form.upload(), by=request.user, at=at
        ),
        done="Changed.",
        to="expenses",
        template="invoices/expense.html",
        context={"expense": expense, "may_write": may_write_invoices(request)},
    )


@require_POST
def removal(request: SignedInRequest, ref: str) -> HttpResponse:
    expense = _find(request, ref)
    return do(
        request,
        deed=lambda: expenses.remove(expense.pk, by=request.user, at=clock.now()),
        done="Removed. It is on no invoice.",
        to="expenses",
    )


@require_POST
def invoice(request: SignedInRequest) -> HttpResponse:
    """Make the draft of those that were ticked; its page shows the whole cost before it goes."""
    _refuse_who_does_not_work(request)
    contract = _contract(request, request.POST.get("contract", ""))
    try:
        made = expenses.invoice(
            contract.pk,
            request.POST.getlist("expense"),
            by=request.user,
            at=clock.now(),
            op_id=_op_id(request),
        )
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect("expenses")
    return redirect("invoice-submission", made.ref)


def _op_id(request: SignedInRequest) -> UUID | None:
    try:
        return UUID(request.POST.get("op_id", ""))
    except ValueError:
        return None


def _find(request: SignedInRequest, ref: str) -> Expense:
    visible = Expense.objects.visible_to(request.user)
    return get_object_or_404(
        visible.select_related("contract__client", "voucher", "invoice"), ref=ref
    )


def _contract(request: SignedInRequest, ref: str) -> Contract:
    ours = Contract.objects.filter(freelancer=request.organization, state__in=BILLABLE)
    return get_object_or_404(ours.select_related("client", "freelancer"), ref=ref)


def _refuse_who_does_not_work(request: SignedInRequest) -> None:
    if not request.organization.works:
        raise Http404("Expenses are a freelancer's.")
    refuse_who_may_not(request, Deed.WORK)
