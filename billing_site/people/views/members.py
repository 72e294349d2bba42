"""Seats: offering them, taking them, changing what they allow, ending them."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from billing_site.kernel.http import SignedInRequest
from billing_site.kernel.transitions import NotAllowed
from billing_site.people.access import Deed
from billing_site.people.doors import refuse_to_show
from billing_site.people.forms.members import InvitationForm, RoleForm
from billing_site.people.middleware import ACTING_FOR, for_anybody
from billing_site.people.models import Invitation, Membership
from billing_site.people.models.membership import MembershipQuerySet
from billing_site.people.services import invitations, memberships
from billing_site.platform import clock


@require_http_methods(["GET", "POST"])
def invite(request: SignedInRequest) -> HttpResponse:
    refuse_to_show(request, Deed.MANAGE)
    ours = request.organization
    form = InvitationForm(request.POST or None, organization=ours)

    if form.is_valid():
        try:
            sent = invitations.invite(ours.pk, **form.facts(), by=request.user, at=clock.now())
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"A letter is on its way to {sent.email}.")
            return redirect("organization")

    return render(
        request,
        "people/invitation_new.html",
        {"form": form},
        status=422 if form.errors else 200,
    )


@require_POST
def invitation_withdrawal(request: SignedInRequest, ref: str) -> HttpResponse:
    ours = Invitation.objects.filter(organization=request.organization)
    invitation = get_object_or_404(ours, ref=ref)
    try:
        invitations.withdraw(invitation.pk, by=request.user, at=clock.now())
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"The link that {invitation.email} has does not work any more.")
    return redirect("organization")


@login_not_required
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Who has the letter may look; who takes the seat signs in first."""
    offered = Invitation.objects.select_related("organization", "invited_by")
    offer = get_object_or_404(offered.with_token(token))
    now, refusal = clock.now(), ""

    if request.method == "POST":
        if not request.user.is_authenticated:
            return redirect_to_login(request.path)
        try:
            seat = invitations.accept(offer.pk, by=request.user, at=now)
        except NotAllowed as said:
            refusal = str(said)
        else:
            request.session[ACTING_FOR] = seat.organization_id
            messages.success(request, f"You act for {seat.organization} now.")
            return redirect("home")
    elif not offer.is_open(at=now):
        refusal = invitations.why_closed(offer)

    return render(
        request,
        "people/invitation.html",
        {"offer": offer, "token": token, "refusal": refusal, "is_open": offer.is_open(at=now)},
        status=422 if request.method == "POST" else 200,
    )


@for_anybody
@require_POST
def invitation_acceptance(request: SignedInRequest, ref: str) -> HttpResponse:
    """Take a seat from the page that asks newcomers what they come for, without the letter."""
    mine = Invitation.objects.addressed_to(request.user)
    offer = get_object_or_404(mine, ref=ref)
    try:
        seat = invitations.accept(offer.pk, by=request.user, at=clock.now())
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect("onboarding")
    request.session[ACTING_FOR] = seat.organization_id
    messages.success(request, f"You act for {seat.organization} now.")
    return redirect("home")


@require_http_methods(["GET", "POST"])
def role(request: SignedInRequest, ref: str) -> HttpResponse:
    ours = request.organization
    member = get_object_or_404(_colleagues(request), ref=ref)
    form = RoleForm(request.POST or None, organization=ours, member=member)

    if form.is_valid():
        try:
            memberships.change(member.pk, **form.facts(), by=request.user, at=clock.now())
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Saved. It holds for the next thing {member.user} does.")
            return redirect("organization")

    return render(
        request,
        "people/member_role.html",
        {"form": form, "member": member},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "POST"])
def end(request: SignedInRequest, ref: str) -> HttpResponse:
    member = get_object_or_404(_colleagues(request), ref=ref)
    refusal = ""

    if request.method == "POST":
        try:
            memberships.end(member.pk, by=request.user, at=clock.now())
        except NotAllowed as said:
            refusal = str(said)
        else:
            messages.success(request, f"{member.user} no longer acts for {member.organization}.")
            return redirect("home" if member.user_id == request.user.pk else "organization")

    return render(
        request,
        "people/member_end.html",
        {"member": member, "refusal": refusal},
        status=422 if refusal else 200,
    )


def _colleagues(request: SignedInRequest) -> MembershipQuerySet:
    ours = Membership.objects.live().filter(organization=request.organization)
    return ours.select_related("organization", "user")
