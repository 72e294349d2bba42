from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_safe

from billing_site.kernel.http import OtherSide, SignedInRequest
from billing_site.kernel.money import show
from billing_site.kernel.transitions import NotAllowed
from billing_site.people.access import Deed, allows
from billing_site.people.doors import refuse_who_may_not
from billing_site.platform import clock
from invoices.forms.invoices import ApprovalForm, ChangesForm, FundingForm, WithdrawalForm
from invoices.forms.owed import PartOfOwedForm
from invoices.forms.projects import is_confirmed
from invoices.forms.queue import QueueFilterForm
from invoices.models import Invoice
from invoices.queries import money_trail
from invoices.queries.invoice_page import InvoicePage, invoice_page, seen
from invoices.queries.paying_part import part_of
from invoices.queries.queue import IN_QUEUE, Place, place_of
from invoices.queries.viewer import of_two_sides, viewer_of
from invoices.services import invoicing, owing
from invoices.services.consenting import Seen
from invoices.views.answering import answer, quote_of, to_payment
from payments.queries.being_paid import being_paid_words, to_ask
from payments.queries.credit import saved_way
from payments.queries.own_currency import own_currency


@require_safe
def detail(request: SignedInRequest, ref: str) -> HttpResponse:
    page = _page(request, ref)
    form = ApprovalForm(seen=seen(page, at=clock.now())) if page.may_approve else None
    place = _place(request, page)
    context = {"page": page, "form": form, "place": place, "asked": place.asked if place else ""}
    return render(request, "invoices/invoice.html", context)


@require_http_methods(["GET", "POST"])
def approval(request: SignedInRequest, ref: str) -> HttpResponse:
    page, at = _page(request, ref), clock.now()
    form = ApprovalForm(request.POST or None, seen=seen(page, at=at))
    context: dict[str, Any] = {"page": page, "form": form, "asked": _asked(request)}
    if request.htmx and request.method == "GET":  # The decision beside the queue.
        part = "invoices/_approve.html" if page.may_review else "invoices/_standing.html"
        return render(request, part, context | {"form": form if page.may_approve else None})
    return answer(
        request,
        form,
        deed=lambda: invoicing.approve(
            page.invoice.pk,
            by=request.user,
            at=at,
            purchase_order=form.cleaned_data["purchase_order"],
            seen=Seen(page.invoice.gross, page.invoice.round),
            over_budget=is_confirmed(form),
            op_id=form.cleaned_data["op_id"],
        ),
        done=lambda invoice: _approved(invoice, page),
        to=f"{page.invoice.get_absolute_url()}{_asked(request)}",
        template="invoices/invoice.html",
        context=context,
    )


@require_http_methods(["GET", "POST"])
def changes(request: SignedInRequest, ref: str) -> HttpResponse:
    page = _page(request, ref)
    form = ChangesForm(request.POST or None, seen={"seen_round": str(page.invoice.round)})
    return answer(
        request,
        form,
        deed=lambda: invoicing.return_(
            page.invoice.pk,
            reason=form.cleaned_data["reason"],
            by=request.user,
            at=clock.now(),
            op_id=form.cleaned_data["op_id"],
        ),
        done=f"{page.other} has been asked for changes. {page.if_returned}",
        to=f"{page.invoice.get_absolute_url()}{_asked(request)}",
        template="invoices/invoice_changes.html",
        context={"page": page},
    )


@require_http_methods(["GET", "POST"])
def withdrawal(request: SignedInRequest, ref: str) -> HttpResponse:
    page = _page(request, ref)
    form = WithdrawalForm(request.POST or None, seen={"seen_price": show(page.invoice.gross)})
    return answer(
        request,
        form,
        deed=lambda: invoicing.withdraw(
            page.invoice.pk,
            by=request.user,
            at=clock.now(),
            reason=form.cleaned_data["reason"],
            op_id=form.cleaned_data["op_id"],
        ),
        done=f"Withdrawn. {page.if_withdrawn}",
        to=page.invoice,
        template="invoices/invoice_withdrawal.html",
        context={"page": page},
    )


@require_http_methods(["GET", "POST"])
def payment(request: SignedInRequest, ref: str) -> HttpResponse:
    """What is owed on the invoice, or a part; agreeing leads to the page where it is paid."""
    page, at = _page(request, ref), clock.now()
    item = page.owed
    parts = PartOfOwedForm(request.GET, item=item) if item and page.may_pay else None
    amount = (parts and parts.part) or (to_ask(item) if item else None)
    part = part_of(item, amount) if item and amount and amount != item.owed else None
    saved = saved_way(item.client, amount, at=at) if item and amount else None
    own = None
    if item and part is None:  # A rate is locked for all of it.
        locked, document = quote_of(request), item.document
        own = own_currency(item.client, item.owed, document=document, ref=locked, at=at)
    seen = {"seen_pays": show(amount) if amount else "", **(own.seen if own else {})}
    form, elsewhere = FundingForm(request.POST or None, seen=seen, saved=saved), None
    if form.is_valid():
        try:
            charge = owing.pay(
                page.invoice.pk,
                by=request.user,
                at=at,
                amount=amount,
                saved=form.chosen,
                quote=own.quote if own else None,
                op_id=form.cleaned_data["op_id"],
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
            elsewhere = refusal.charge if isinstance(refusal, owing.InHands) else None
        else:
            return to_payment(charge, is_charged=form.chosen is not None, at=at)
    status = 422 if form.errors or (parts and parts.errors) else 200
    context = {"page": page, "form": form, "own": own, "parts": parts, "part": part}
    context |= {"being_paid": being_paid_words(item, at=at), "elsewhere": elsewhere}
    return render(request, "invoices/invoice_payment.html", context, status=status)


@require_safe
def trail(request: SignedInRequest, ref: str) -> HttpResponse:
    """Every posting about the invoice's money, as the books have it."""
    invoice = find(request, ref)
    viewer = viewer_of(request.membership, invoice.contract)
    found = money_trail.trail_of(invoice, for_client=viewer.is_client, at=clock.now())
    return render(request, "invoices/invoice_trail.html", {"invoice": invoice, "trail": found})


def may_write_invoices(request: SignedInRequest) -> bool:
    return request.organization.works and allows(request.membership, Deed.WORK)


def refuse_who_does_not_write(request: SignedInRequest) -> None:
    if not request.organization.works:
        raise OtherSide("Invoices are written by who works; yours to approve are under Invoices.")
    refuse_who_may_not(request, Deed.WORK)


def find(request: SignedInRequest, ref: str) -> Invoice:
    visible = Invoice.objects.visible_to(request.user).select_related(
        "contract__client",
        "contract__freelancer",
        "contract__late_fee_policy",
        "milestone",
        "escrow__funded_by",
        "open_item",
        "pdf",
        "approved_by",
    )
    return of_two_sides(get_object_or_404(visible, ref=ref))


def _page(request: SignedInRequest, ref: str) -> InvoicePage:
    invoice = find(request, ref)
    viewer = viewer_of(request.membership, invoice.contract)
    return invoice_page(invoice, viewer, at=clock.now())


def _approved(invoice: Invoice, page: InvoicePage) -> str:
    if not invoice.is_issued:
        return "Your approval stands. A second person was asked, and nothing was paid yet."
    if invoice.escrow_id:
        return f"Approved. {page.other} receives the money; the invoice is being drawn."
    return "Approved. The invoice is being drawn; pay it by its due date."


def _place(request: SignedInRequest, page: InvoicePage) -> Place | None:
    """Where it stands in the queue it was opened from."""
    if IN_QUEUE not in request.GET or not page.is_client:
        return None
    return place_of(
        page.invoice,
        QueueFilterForm.asked_in(request.GET, request.organization),
        acting=request.membership,
        base=page.invoice.get_absolute_url(),
        at=clock.now(),
    )


def _asked(request: SignedInRequest) -> str:
    """How the next address has to end, so that one stays in the queue."""
    if IN_QUEUE not in request.GET:
        return ""
    filters = QueueFilterForm.asked_in(request.GET, request.organization)
    return filters.url_with("", **{IN_QUEUE: "on"})
