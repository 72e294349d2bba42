"""The list of invoices, which is a client's approval queue: narrowing it, and deciding several."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing_site.kernel.http import SignedInRequest
from billing_site.people.access import Deed, allows
from billing_site.platform import clock
from billing_site.platform import filters as saved_filters
from billing_site.platform.views import saved_filters as saved
from invoices.forms.queue import QueueFilterForm, SeveralForm
from invoices.models import Invoice
from invoices.queries.invoice_list import invoice_list
from invoices.queries.queue import BY_DEADLINE, Choices, choices_of
from invoices.queries.several import MOST, several
from invoices.services.approving_several import Chosen, approve_several
from invoices.views.invoices import may_write_invoices

PAGE = "invoices"  # the name of its address, too


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    ours, at = request.organization, clock.now()
    choices = choices_of(ours) if ours.is_client else Choices([], [])
    form = QueueFilterForm(request.GET, client=ours, choices=choices)
    filters = form.filters()
    found = invoice_list(
        request.membership,
        tab=request.GET.get("tab", ""),
        filters=filters,
        page=request.GET.get("page", "1"),
        at=at,
    )
    return render(
        request,
        "invoices/invoices.html",
        {
            "list": found,
            "form": form,
            "may_write": may_write_invoices(request),
            "saved": saved_filters.of(user_id=request.user.pk, page=PAGE) if ours.is_client else [],
            "asked": filters.url_with("", tab=found.tab).lstrip("?") if ours.is_client else "",
        },
    )


@require_http_methods(["GET", "POST"])
def approvals(request: SignedInRequest) -> HttpResponse:
    """Approve several: what is chosen is shown whole, agreed to once, and decided one by one."""
    at, sent = clock.now(), SeveralForm(request.POST or None)
    if request.method == "POST":
        if not allows(request.membership, Deed.APPROVE):
            raise PermissionDenied
        chosen = sent.chosen
        ours = Invoice.objects.filter(recipient=request.organization, ref__in=[*chosen][:MOST])
        if chosen and not ours.exists():
            raise Http404
        if sent.is_valid():
            outcomes = approve_several(
                [Chosen(each.pk, chosen[each.ref]) for each in ours.order_by(*BY_DEADLINE)],
                by=request.user,
                at=at,
                op_id=sent.cleaned_data["op_id"],
            )
            return render(request, "invoices/approvals_done.html", {"outcomes": outcomes})
        page = several([*chosen], request.membership, at=at)
        form = SeveralForm({**request.POST.dict(), **page.seen}, seen=page.seen)
    else:
        page = several(request.GET.getlist("chosen"), request.membership, at=at)
        form = SeveralForm(seen=page.seen)
    return render(
        request,
        "invoices/approvals.html",
        {"page": page, "form": form},
        status=422 if form.errors else 200,
    )


@require_POST
def filter_new(request: SignedInRequest) -> HttpResponse:
    return saved.keep(request, page=PAGE)


@require_POST
def filter_removal(request: SignedInRequest, ref: str) -> HttpResponse:
    return saved.remove(request, ref, page=PAGE)
