"""The organization's own pages. Everybody in it reads them, owners change them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing_site.kernel.http import SignedInRequest
from billing_site.kernel.transitions import NotAllowed
from billing_site.people.access import Deed
from billing_site.people.doors import refuse_to_show
from billing_site.people.forms.organizations import (
    DescriptionForm,
    FoundingForm,
    TaxForm,
)
from billing_site.people.middleware import ACTING_FOR, for_anybody
from billing_site.people.models import Invitation, Organization
from billing_site.people.queries.organization_page import organization_page
from billing_site.people.services import organizations, tax
from billing_site.platform import clock


@for_anybody
@require_http_methods(["GET", "POST"])
def onboarding(request: SignedInRequest) -> HttpResponse:
    now = clock.now()
    form = FoundingForm(request.POST or None, user=request.user)

    if form.is_valid():
        try:
            founded = organizations.found(**form.cleaned_data, by=request.user, at=now)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            request.session[ACTING_FOR] = founded.pk
            messages.success(request, f"Welcome. You act for {founded} now.")
            return redirect("home")

    invitations = Invitation.objects.open(at=now).addressed_to(request.user)
    return render(
        request,
        "people/onboarding.html",
        {
            "form": form,
            "invitations": invitations.select_related("organization", "invited_by").order_by("pk"),
        },
        status=422 if form.errors else 200,
    )


@for_anybody
@require_POST
def acting_for(request: SignedInRequest) -> HttpResponse:
    ours = Organization.objects.of(request.user)
    chosen = get_object_or_404(ours, ref=request.POST.get("organization", ""))
    request.session[ACTING_FOR] = chosen.pk
    messages.success(request, f"You act for {chosen} now.")
    return redirect("home")


@require_safe
def detail(request: SignedInRequest) -> HttpResponse:
    page = organization_page(request.membership, at=clock.now())
    return render(request, "people/organization.html", {"page": page})


@require_http_methods(["GET", "POST"])
def address(request: SignedInRequest) -> HttpResponse:
    refuse_to_show(request, Deed.MANAGE)
    ours = request.organization
    form = DescriptionForm(
        request.POST or None,
        initial={name: getattr(ours, name) for name in DescriptionForm.base_fields},
    )

    if form.is_valid():
        try:
            organizations.describe(ours.pk, **form.facts(), by=request.user, at=clock.now())
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Saved. Documents say so from now on.")
            return redirect("organization")

    return render(
        request,
        "people/organization_address.html",
        {"form": form},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "POST"])
def taxes(request: SignedInRequest) -> HttpResponse:
    refuse_to_show(request, Deed.MANAGE)
    ours = request.organization
    profile = organization_page(request.membership, at=clock.now()).tax
    form = TaxForm(
        request.POST or None,
        initial={"kind": profile.kind if profile else None, "vat_id": ours.vat_id},
    )

    if form.is_valid():
        try:
            tax.declare(ours.pk, **form.cleaned_data, by=request.user, at=clock.now())
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Declared. It decides the VAT on documents from now on.")
            return redirect("organization")

    return render(
        request,
        "people/organization_tax.html",
        {"form": form},
        status=422 if form.errors else 200,
    )
