from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing_site.kernel.http import SignedInRequest
from billing_site.kernel.money import show
from billing_site.platform import clock
from invoices.forms.ending import (
    KEPT,
    GrantForm,
    PaymentInFullForm,
    RefusalForm,
    ReleasedRequestForm,
    RequestForm,
    figures,
)
from invoices.models import RefundRequest
from invoices.queries import division
from invoices.queries.after import after
from invoices.queries.hanging import hanging_on
from invoices.queries.milestone_page import milestone_page
from invoices.queries.refund_request_page import refund_request_page
from invoices.queries.viewer import viewer_of
from invoices.services import refund_requests, released_requests
from invoices.views.answering import answer
from invoices.views.invoices import find as find_invoice
from invoices.views.milestones import find as find_milestone


@require_safe
def detail(request: SignedInRequest, ref: str) -> HttpResponse:
    asked = find(request, ref)
    page = refund_request_page(asked, viewer_of(request.membership, asked.contract), at=clock.now())
    form = GrantForm(seen=page.seen) if page.may_answer else None
    return render(request, "invoices/refund_request.html", {"page": page, "form": form})


@require_POST
def consent(request: SignedInRequest, ref: str) -> HttpResponse:
    asked = find(request, ref)
    page = refund_request_page(asked, viewer_of(request.membership, asked.contract), at=clock.now())
    form = GrantForm(request.POST, seen=page.seen)
    return answer(
        request,
        form,
        deed=lambda: refund_requests.grant(
            asked.pk, by=request.user, at=clock.now(), op_id=form.cleaned_data["op_id"]
        ),
        done=f"Agreed. {show(asked.amount)} goes back to {asked.contract.client}.",
        to=asked,
        template="invoices/refund_request.html",
        context={"page": page},
    )


@require_http_methods(["GET", "POST"])
def refusal(request: SignedInRequest, ref: str) -> HttpResponse:
    asked = find(request, ref)
    form = RefusalForm(request.POST or None)
    return answer(
        request,
        form,
        deed=lambda: refund_requests.refuse(
            asked.pk,
            reason=form.cleaned_data["reason"],
            by=request.user,
            at=clock.now(),
            op_id=form.cleaned_data["op_id"],
        ),
        done="Refused. The money stays where it is.",
        to=asked,
        template="invoices/refund_refusal.html",
        context={
            "page": refund_request_page(
                asked, viewer_of(request.membership, asked.contract), at=clock.now()
            )
        },
    )


@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest, ref: str) -> HttpResponse:
    """A figure first, then the whole of what it means, then consent."""
    milestone = find_milestone(request, ref)
    page = milestone_page(
        milestone, viewer_of(request.membership, milestone.contract), at=clock.now()
    )
    asks = figures(request, [milestone])
    keeps = asks.keeps if page.may_divide else {}
    divisions = division.divisions_of([milestone], keeps)
    form = RequestForm(request.POST or None, seen=division.seen(divisions))
    asks.carried_by(form)
    return answer(
        request,
        form,
        deed=lambda: refund_requests.ask(
            milestone.pk,
            keeps=keeps.get(milestone.ref),
            reason=form.cleaned_data["reason"],
            as_credit=form.cleaned_data["back"] == KEPT,
            by=request.user,
            at=clock.now(),
            op_id=form.cleaned_data["op_id"],
        ),
        done=f"Asked. {milestone.contract.freelancer} has seven days to answer.",
        to=milestone.contract,
        template="invoices/refund_request_new.html",
        context={"page": page, "figures": asks, "divisions": divisions},
    )


@require_http_methods(["GET", "POST"])
def of_invoice(request: SignedInRequest, ref: str) -> HttpResponse:
    """Ask for a part of what was paid; the freelancer decides."""
    invoice = find_invoice(request, ref)
    viewer = viewer_of(request.membership, invoice.contract)
    after_it = after(invoice, viewer, has=hanging_on(invoice), at=clock.now())
    form = ReleasedRequestForm(
        request.POST or None, invoice=invoice, seen={"seen_price": show(invoice.gross)}
    )
    return answer(
        request,
        form,
        deed=lambda: released_requests.ask(
            invoice.pk,
            amount=form.cleaned_data["amount"],
            reason=form.cleaned_data["reason"],
            by=request.user,
            at=clock.now(),
            op_id=form.cleaned_data["op_id"],
        ),
        done=f"Asked. {invoice.issuer} has seven days to answer.",
        to=invoice,
        template="invoices/invoice_refund_request.html",
        context={"invoice": invoice, "may_ask": after_it is not None and after_it.may_ask_back},
    )


@require_http_methods(["GET", "POST"])
def payment(request: SignedInRequest, ref: str) -> HttpResponse:
    """Pay out all that is held, delivered or not."""
    milestone = find_milestone(request, ref)
    page = milestone_page(
        milestone, viewer_of(request.membership, milestone.contract), at=clock.now()
    )
    whole = {milestone.ref: milestone.price} if page.may_divide else {}
    divisions = division.divisions_of([milestone], whole)
    form = PaymentInFullForm(request.POST or None, seen=division.seen(divisions))
    return answer(
        request,
        form,
        deed=lambda: refund_requests.pay_in_full(
            milestone.pk, by=request.user, at=clock.now(), op_id=form.cleaned_data["op_id"]
        ),
        done=f"Paid. {show(milestone.gross)} went to {milestone.contract.freelancer}.",
        to=milestone,
        template="invoices/milestone_payment.html",
        context={"page": page, "divisions": divisions},
    )


def find(request: SignedInRequest, ref: str) -> RefundRequest:
    visible = RefundRequest.objects.visible_to(request.user).select_related(
        "contract__client",
        "contract__freelancer",
        "milestone__escrow",
        "milestone__contract__client",
        "milestone__contract__freelancer",
        "invoice",
        "asked_by",
    )
    return get_object_or_404(visible, ref=ref)
