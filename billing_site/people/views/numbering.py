"""How the organization numbers its documents: the code in all of them, a pattern for each kind."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from billing_site.kernel.http import SignedInRequest
from billing_site.kernel.transitions import NotAllowed
from billing_site.people.access import Deed, allows
from billing_site.people.forms.organizations import NumberingForm, PatternForm
from billing_site.people.models import NumberPattern
from billing_site.people.queries.numbering import (
    kinds_of,
    numbers_were_given,
    pattern_of,
    view_of,
)
from billing_site.people.services import numbering, organizations
from billing_site.platform import clock


@require_http_methods(["GET", "POST"])
def code(request: SignedInRequest) -> HttpResponse:
    ours = request.organization
    form = NumberingForm(request.POST or None, initial={"series_code": ours.series_code})

    if form.is_valid():
        try:
            organizations.number_by(ours.pk, **form.cleaned_data, by=request.user, at=clock.now())
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Saved.")
            return redirect("organization")

    return render(
        request,
        "people/organization_numbering.html",
        {
            "form": form,
            "code_is_final": numbers_were_given(ours),
            "kinds": kinds_of(ours, at=clock.now()),
            "may_manage": allows(request.membership, Deed.MANAGE),
        },
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "POST"])
def pattern(request: SignedInRequest, kind: str) -> HttpResponse:
    ours, now = request.organization, clock.now()
    if kind not in NumberPattern.Kind.values or not ours.works:
        raise Http404
    view = view_of(pattern_of(ours, kind), at=now)
    form = PatternForm(
        request.POST or None,
        has_begun=bool(view.last),
        initial={"pattern": view.pattern, "restarts": "yes" if view.restarts else "no"},
    )

    if form.is_valid():
        try:
            numbering.arrange(ours.pk, kind, **form.cleaned_data, by=request.user, at=now)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            following = view_of(pattern_of(ours, kind), at=now).next
            messages.success(request, f"Saved. The next number is {following}.")
            return redirect("organization-numbering")

    return render(
        request,
        "people/number_pattern.html",
        {"form": form, "view": view},
        status=422 if form.errors else 200,
    )
