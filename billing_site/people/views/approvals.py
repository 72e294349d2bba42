"""How a client approves. Everybody reads the rule on the page of the organization."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from billing_site.kernel.http import SignedInRequest
from billing_site.kernel.transitions import NotAllowed
from billing_site.people.access import Deed, allows
from billing_site.people.doors import refuse_to_show
from billing_site.people.forms.approvals import DelegationForm, SecondApprovalForm
from billing_site.people.models import Delegation
from billing_site.people.queries.organization_page import approvers_of
from billing_site.people.services import delegations, organizations
from billing_site.platform import clock


@require_http_methods(["GET", "POST"])
def rule(request: SignedInRequest) -> HttpResponse:
    ours = request.organization
    if not ours.is_client:
        raise Http404
    refuse_to_show(request, Deed.MANAGE)
    form = SecondApprovalForm(request.POST or None, organization=ours)

    if request.method == "POST" and form.is_valid():
        try:
            organizations.want_two_above(
                ours.pk, **form.cleaned_data, by=request.user, at=clock.now()
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Saved. It holds for the next approval.")
            return redirect("organization")

    return render(
        request,
        "people/organization_approvals.html",
        {"form": form, "approvers": approvers_of(ours)},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "POST"])
def delegation(request: SignedInRequest) -> HttpResponse:
    """Say who approves while somebody is away."""
    acting, now = request.membership, clock.now()
    if not (acting.organization.is_client and allows(acting, Deed.APPROVE)):
        raise Http404
    colleagues = approvers_of(acting.organization)
    form = DelegationForm(request.POST or None, acting=acting, colleagues=colleagues, at=now)

    if form.is_valid():
        try:
            begun = delegations.begin(**form.facts(), by=request.user, at=now)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request,
                f"{begun.to_member.user} approves for {begun.from_member.user}. It ends by itself.",
            )
            return redirect("organization")

    return render(
        request,
        "people/delegation_new.html",
        {"form": form, "is_alone": len(colleagues) == 1},
        status=422 if form.errors else 200,
    )


@require_POST
def delegation_end(request: SignedInRequest, ref: str) -> HttpResponse:
    ours = Delegation.objects.filter(organization=request.organization)
    found = get_object_or_404(ours, ref=ref)
    try:
        delegations.end(found.pk, by=request.user, at=clock.now())
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Taken back. What was approved stays approved.")
    return redirect("organization")
