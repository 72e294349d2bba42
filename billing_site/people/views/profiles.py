from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from billing_site.kernel.http import SignedInRequest, back
from billing_site.people.forms.profiles import ProfileForm, ThemeForm
from billing_site.people.middleware import for_anybody
from billing_site.people.services import profiles

THEME = "theme"
A_YEAR = 365 * 24 * 60 * 60


@for_anybody
@require_http_methods(["GET", "POST"])
def profile(request: SignedInRequest) -> HttpResponse:
    person = request.user
    form = ProfileForm(
        request.POST or None,
        initial={name: getattr(person, name) for name in ProfileForm.base_fields},
    )

    if form.is_valid():
        profiles.describe(person.pk, **form.cleaned_data)
        messages.success(request, "Saved.")
        return redirect("profile")

    return render(
        request, "people/profile.html", {"form": form}, status=422 if form.errors else 200
    )


@login_not_required
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remember light or dark in this browser, signed in or not."""
    form = ThemeForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest("Light, dark, or as the device has it.")
    response = redirect(back(request))
    response.set_cookie(
        THEME,
        form.cleaned_data["theme"],
        max_age=A_YEAR,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response
