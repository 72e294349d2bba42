"""Choosing arbitration for a side: what each bench costs is read before."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from billing_site.kernel.http import SignedInRequest
from billing_site.platform import clock
from disputes.forms.arbitration import ArbitrationForm
from disputes.models import ArbitrationShare, Dispute
from disputes.queries.arbitration_choice import choice_of
from disputes.services import arbitration as arbitrating
from disputes.views.cases import find, page_of
from invoices.views.answering import answer


@require_http_methods(["GET", "POST"])
def arbitration(request: SignedInRequest, ref: str) -> HttpResponse:
    dispute = find(request, ref)
    page = page_of(request, dispute)
    choice = choice_of(dispute, page.side)
    form = ArbitrationForm(request.POST or None, choice=choice)
    return answer(
        request,
        form,
        deed=lambda: arbitrating.choose(
            dispute.pk,
            bench=ArbitrationShare.Bench(form.cleaned_data["bench"]),
            by=request.user,
            at=clock.now(),
            op_id=form.cleaned_data["op_id"],
        ),
        done=_done,
        to=dispute,
        template="disputes/arbitration.html",
        context={"page": page, "choice": choice},
    )


def _done(dispute: Dispute) -> str:
    if dispute.state == Dispute.State.IN_ARBITRATION:
        return "Chosen. Both sides want arbitration: an arbiter decides it for good."
    return "Chosen. The other side has been told, and has its time to choose it as well."
