from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from billing_site.kernel.http import SignedInRequest
from billing_site.kernel.transitions import NotAllowed
from billing_site.people.forms.looks import LooksForm
from billing_site.people.services.looks import dress
from billing_site.platform import clock


@require_http_methods(["GET", "POST"])
def looks(request: SignedInRequest) -> HttpResponse:
    ours = request.organization
    if not ours.works:
        raise Http404
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = LooksForm(*sent, ours=ours)
    is_shown_only = "preview" in request.POST
    if form.is_valid() and not is_shown_only:
        facts = form.cleaned_data
        try:
            dress(
                ours.pk,
                color=facts["color"],
                logo=facts["logo"],
                drops_logo=facts.get("drops_logo", False),
                by=request.user,
                at=clock.now(),
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Saved. Documents look like that from now on.")
            return redirect("organization")
    refused = request.method == "POST" and not is_shown_only
    return render(
        request,
        "people/organization_looks.html",
        {"form": form, "look": form.look()},
        status=422 if refused else 200,
    )
