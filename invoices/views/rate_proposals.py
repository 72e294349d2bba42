from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing_site.kernel.http import SignedInRequest
from billing_site.kernel.money import show
from billing_site.platform import clock
from invoices.forms.projects import is_confirmed
from invoices.forms.rate_proposals import ProposalConsentForm, ProposalForm, ProposalRefusalForm
from invoices.models import RateProposal
from invoices.queries.hourly_terms import hourly_terms
from invoices.queries.rate_proposal_page import RateProposalPage, rate_proposal_page
from invoices.queries.viewer import viewer_of
from invoices.services import rate_proposals
from invoices.views.answering import answer, do
from invoices.views.contracts import find as find_contract


@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest, ref: str) -> HttpResponse:
    """The freelancer asks; the client has two weeks to answer."""
    contract, at = find_contract(request, ref), clock.now()
    if not contract.is_hourly:
        raise Http404("This contract is not paid by the hour.")
    terms = hourly_terms(contract, at=at)
    form = ProposalForm(
        request.POST or None,
        currency=contract.currency,
        seen={"seen_rate": show(terms.rate)},
    )
    return answer(
        request,
        form,
        deed=lambda: rate_proposals.propose(
            contract.pk,
            form.cleaned_data["rate"],
            reason=form.cleaned_data["reason"],
            by=request.user,
            at=at,
            op_id=form.cleaned_data["op_id"],
        ),
        done=f"Asked. {contract.client} has two weeks to answer.",
        to=lambda proposal: proposal,
        template="invoices/rate_proposal_new.html",
        context={"contract": contract, "terms": terms},
    )


@require_safe
def detail(request: SignedInRequest, ref: str) -> HttpResponse:
    page = _page(request, ref)
    form = ProposalConsentForm(seen=page.seen) if page.may_answer else None
    return render(request, "invoices/rate_proposal.html", {"page": page, "form": form})


@require_POST
def acceptance(request: SignedInRequest, ref: str) -> HttpResponse:
    page = _page(request, ref)
    proposal = page.proposal
    form = ProposalConsentForm(request.POST, seen=page.seen)
    return answer(
        request,
        form,
        deed=lambda: rate_proposals.accept(
            proposal.pk,
            by=request.user,
            at=clock.now(),
            over_budget=is_confirmed(form),
            op_id=form.cleaned_data["op_id"],
        ),
        done=f"Agreed. An hour costs {show(proposal.rate)} from next Monday.",
        to=page.contract,
        template="invoices/rate_proposal.html",
        context={"page": page},
    )


@require_http_methods(["GET", "POST"])
def refusal(request: SignedInRequest, ref: str) -> HttpResponse:
    page = _page(request, ref)
    form = ProposalRefusalForm(request.POST or None)
    return answer(
        request,
        form,
        deed=lambda: rate_proposals.decline(
            page.proposal.pk,
            reason=form.cleaned_data["reason"],
            by=request.user,
            at=clock.now(),
            op_id=form.cleaned_data["op_id"],
        ),
        done="Declined. An hour costs what it did.",
        to=page.contract,
        template="invoices/rate_proposal_refusal.html",
        context={"page": page},
    )


@require_POST
def withdrawal(request: SignedInRequest, ref: str) -> HttpResponse:
    page = _page(request, ref)
    return do(
        request,
        deed=lambda: rate_proposals.withdraw(page.proposal.pk, by=request.user, at=clock.now()),
        done="Taken back.",
        to=page.contract,
    )


def _page(request: SignedInRequest, ref: str) -> RateProposalPage:
    visible = RateProposal.objects.visible_to(request.user).select_related(
        "contract__client", "contract__freelancer", "proposed_by"
    )
    proposal = get_object_or_404(visible, ref=ref)
    viewer = viewer_of(request.membership, proposal.contract)
    return rate_proposal_page(proposal, viewer, at=clock.now())
