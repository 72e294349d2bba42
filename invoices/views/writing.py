"""Invoices written by hand: their form, the page before they are sent, and templates."""

from __future__ import annotations

from collections.abc import Collection

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from billing_site.kernel.http import SignedInRequest
from billing_site.kernel.transitions import NotAllowed
from billing_site.people.access import Deed
from billing_site.platform import clock
from invoices.forms.invoices import HandInForm, SubmissionForm, TemplateForm
from invoices.forms.written import Editor, editor
from invoices.forms.written_cost import written_cost
from invoices.models import Contract, Invoice, InvoiceTemplate
from invoices.queries.invoice_page import InvoicePage, invoice_page, seen
from invoices.queries.viewer import viewer_of
from invoices.queries.writing_page import (
    BILLABLE,
    beginnings,
    billable_contracts,
    fields_to_begin_with,
)
from invoices.queries.written_fields import fields_of
from invoices.services import invoice_templates, invoicing, writing
from invoices.views.answering import answer, do
from invoices.views.invoices import find, refuse_who_does_not_write


@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    refuse_who_does_not_write(request)
    if not _asked_for(request):
        found = billable_contracts(request.organization)
        return render(request, "invoices/invoice_contracts.html", {"contracts": found})
    contract, at = _contract(request), clock.now()
    form = editor(
        request.POST or None,
        contract=contract,
        on=at.date(),
        fields=fields_to_begin_with(
            contract.freelancer,
            currency=contract.currency,
            template=request.GET.get("template", ""),
            like=request.GET.get("like", ""),
        ),
    )
    if form.head.is_bound and not form.asks_only and form.is_valid():
        try:
            invoice = writing.write(
                contract.pk,
                form.written(),
                by=request.user,
                at=at,
                op_id=form.head.cleaned_data["op_id"],
            )
        except NotAllowed as refusal:
            form.head.add_error(None, str(refusal))
        else:
            return redirect("invoice-submission", invoice.ref)
    return _show(request, form, {"beginnings": beginnings(contract)})


@require_POST
def cost(request: SignedInRequest) -> HttpResponse:
    """The live sums beside the form; it changes nothing."""
    refuse_who_does_not_write(request)
    contract, at = _contract(request), clock.now()
    form = editor(request.POST, contract=contract, on=at.date())
    context = {"cost": written_cost(form, at=at)}
    return render(request, "invoices/_written_cost.html", context)


@require_http_methods(["GET", "POST"])
def lines(request: SignedInRequest, ref: str) -> HttpResponse:
    """Change a draft, or what the client sent back."""
    page, at = _ours(request, ref), clock.now()
    invoice = page.invoice
    form = editor(
        request.POST or None,
        contract=page.contract,
        on=at.date(),
        fields=fields_of(invoice, with_period=True),
    )
    if form.head.is_bound and not form.asks_only and form.is_valid():
        try:
            writing.rewrite(
                invoice.pk,
                form.written(),
                by=request.user,
                at=at,
                op_id=form.head.cleaned_data["op_id"],
            )
        except NotAllowed as refusal:
            form.head.add_error(None, str(refusal))
        else:
            return redirect("invoice-submission", invoice.ref)
    return _show(request, form, {"invoice": invoice})


@require_http_methods(["GET", "POST"])
def submission(request: SignedInRequest, ref: str) -> HttpResponse:
    """The whole invoice and its whole cost, before the client sees it, or sees it again."""
    page, at = _ours(request, ref, (*Invoice.ASKED, Invoice.Source.WEEK)), clock.now()
    ask = HandInForm if page.invoice.week_id else SubmissionForm
    facts = seen(page, at=at)
    del facts["seen_round"]  # Sending begins the next; sent twice, it is the same answer.
    form = ask(request.POST or None, seen=facts, files=request.FILES or None)
    return answer(
        request,
        form,
        deed=lambda: invoicing.submit(
            page.invoice.pk,
            message=form.cleaned_data["message"],
            uploads=form.uploads(),
            by=request.user,
            at=at,
            op_id=form.cleaned_data["op_id"],
        ),
        done=f"Sent. {page.other} has been told.",
        to=page.invoice,
        template="invoices/invoice_submission.html",
        context={"page": page},
    )


@require_http_methods(["GET", "POST"])
def template(request: SignedInRequest, ref: str) -> HttpResponse:
    """Keep how the invoice was written under a name."""
    page = _ours(request, ref)
    form = TemplateForm(request.POST or None, initial={"name": page.invoice.title[:80]})
    return answer(
        request,
        form,
        deed=lambda: invoice_templates.keep(
            page.invoice.pk, name=form.cleaned_data["name"], by=request.user, at=clock.now()
        ),
        done="Kept. It is offered when you write the next invoice.",
        to=page.invoice,
        template="invoices/invoice_template.html",
        context={"page": page},
    )


@require_POST
def template_removal(request: SignedInRequest, ref: str) -> HttpResponse:
    kept = get_object_or_404(InvoiceTemplate.objects.visible_to(request.user), ref=ref)
    return do(
        request,
        deed=lambda: invoice_templates.remove(kept.pk, by=request.user, at=clock.now()),
        done=f"The template {kept} is gone.",
        to="invoice-new",
    )


def _contract(request: SignedInRequest) -> Contract:
    ours = Contract.objects.filter(freelancer=request.organization, state__in=BILLABLE)
    found = ours.select_related("client", "freelancer")
    return get_object_or_404(found, ref=_asked_for(request))


def _asked_for(request: SignedInRequest) -> str:
    """The ref of the contract, which the link names first and the form then carries."""
    return request.POST.get("contract") or request.GET.get("contract", "")


def _ours(
    request: SignedInRequest, ref: str, sources: Collection[str] = (Invoice.Source.LINES,)
) -> InvoicePage:
    """The page of an invoice of ours that bills one of *sources*, for those who work on it."""
    invoice = find(request, ref)
    viewer = viewer_of(request.membership, invoice.contract)
    is_theirs = not viewer.is_client and viewer.may(Deed.WORK)
    if not is_theirs or invoice.source not in sources:
        raise Http404("It is not written by hand, or not by you.")
    return invoice_page(invoice, viewer, at=clock.now())


def _show(request: SignedInRequest, form: Editor, context: dict[str, object]) -> HttpResponse:
    refused = form.head.is_bound and not form.asks_only and form.has_errors
    context |= {"editor": form, "cost": written_cost(form, at=clock.now())}
    return render(request, "invoices/invoice_new.html", context, status=422 if refused else 200)
