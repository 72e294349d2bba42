"""Where somebody is signed in. allauth's own page asks for each session by itself."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from billing_site.kernel.http import SignedInRequest
from billing_site.people.middleware import for_anybody
from billing_site.people.queries.sessions import signed_in
from billing_site.people.services import sessions


@for_anybody
@require_http_methods(["GET", "POST"])
def index(request: SignedInRequest) -> HttpResponse:
    """Show the browsers, and sign out all but this one."""
    this = request.session.session_key
    if request.method == "POST" and sessions.end_all(request.user, but=this):
        messages.success(request, "The other browsers are signed out.")
        return redirect("usersessions_list")
    status = 422 if request.method == "POST" else 200  # there was no other one
    found = signed_in(request.user, this=this, at=datetime.fromtimestamp(time.time(), UTC))
    return render(request, "people/sessions.html", {"sessions": found}, status=status)
