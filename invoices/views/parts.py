from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from billing_site.kernel.http import SignedInRequest
from billing_site.kernel.transitions import NotAllowed
from billing_site.platform import clock
from invoices.forms.invoices import PartForm
from invoices.models import Invoice
from invoices.queries.part_page import part_page
from invoices.queries.viewer import viewer_of
from invoices.services import part_dividing
from invoices.views.invoices import find

RETURNED = "returned"


@require_http_methods(["GET", "POST"])
def part_approval(request: SignedInRequest, ref: str) -> HttpResponse:
    """Some of the hours of a week, ticked in the address, go back; the others are approved."""
    invoice, at = find(request, ref), clock.now()
    returned = request.GET.getlist(RETURNED)
    page = part_page(invoice, viewer_of(request.membership, invoice.contract), returned)
    form = PartForm(request.POST or None, seen=page.division.seen if page.division else {})
    if request.method == "POST" and form.is_valid():
        try:
            part = part_dividing.approve_part(
                invoice.pk,
                returned=returned,
                reason=form.cleaned_data["reason"],
                seen=page.division.approved.gross if page.division else None,
                by=request.user,
                at=at,
                op_id=form.cleaned_data["op_id"],
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _done(part))
            return redirect(part)
    context = {"page": page, "form": form, "ticked": request.GET.urlencode()}
    status = 422 if request.method == "POST" else 200
    return render(request, "invoices/invoice_part.html", context, status=status)


def _done(part: Invoice) -> str:
    if part.is_issued:
        return f"Approved in part. {part.issuer} has been asked about the rest."
    return f"{part.issuer} has been asked about the rest. This part waits for a second person."
