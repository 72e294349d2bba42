"""What a person takes away about themselves, and how they leave."""

from __future__ import annotations

from django.contrib.auth import logout
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from billing_site.kernel.http import SignedInRequest
from billing_site.kernel.transitions import NotAllowed
from billing_site.people.middleware import for_anybody
from billing_site.platform import clock
from records.forms.people import ErasureForm
from records.models import Export
from records.queries.retention import kept, rules
from records.services import erasing, personal_exports
from records.views.exports import LOOK_AGAIN, hand_out

SHOWN = 5


@for_anybody
@require_http_methods(["GET", "POST"])
def data(request: SignedInRequest) -> HttpResponse:
    refusal = ""
    if request.method == "POST":
        try:
            personal_exports.request(request.user, at=clock.now())
        except NotAllowed as no:
            refusal = str(no)
        else:
            return redirect("personal-data")
    found = list(Export.objects.about(request.user).order_by("-pk")[:SHOWN])
    context = {"exports": found, "refusal": refusal, "erased": rules(), "kept": kept()}
    status = 422 if refusal else 200
    response = render(request, "records/personal_data.html", context, status=status)
    if any(export.is_running for export in found):
        response["Refresh"] = LOOK_AGAIN
    return response


@for_anybody
@require_safe
def file(request: SignedInRequest, ref: str) -> HttpResponseBase:
    return hand_out(get_object_or_404(Export.objects.about(request.user), ref=ref))


@for_anybody
@require_http_methods(["GET", "POST"])
def erasure(request: SignedInRequest) -> HttpResponse:
    """What goes, what stays and why it is not possible yet; posting it is final."""
    person = request.user
    form = ErasureForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        try:
            erasing.erase(person.pk, by=person, at=clock.now())
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            logout(request)
            return redirect("landing")
    context = {"form": form, "reasons": erasing.what_is_open(person)}
    status = 422 if request.method == "POST" else 200
    return render(request, "records/erasure.html", context, status=status)
