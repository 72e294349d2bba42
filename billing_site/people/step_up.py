"""A fresh second factor, for a deed that a stolen session must not do.

allauth's own reauthentication accepts a password and says nothing about what it was
for. Here the proof is a second factor, at most five minutes old, given after we asked
for exactly this deed, and used up by it:

    asked = step_up.required(request, purpose=f"payout:{method.ref}:{amount}")
    if asked:
        return asked

A POST is carried out once the code was right: allauth keeps it in the session and sends
it again. A form that goes through this needs an `op_id`, as all forms that move money do.
"""

from __future__ import annotations

import time
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import suspend_request
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

FRESH_SECONDS = 300
ASKED = "step_up"


def required(request: HttpRequest, *, purpose: str) -> HttpResponse | None:
    """Return where to send the person to prove themselves for *purpose*, None if they just did.

    The proof is used up: the same deed again asks again.
    """
    asked = request.session.get(ASKED)
    if asked and asked["purpose"] == purpose and _proven_since(request, asked["at"]):
        del request.session[ASKED]
        if _first_to_use(request, asked["at"]):
            return None
    return _ask(request, purpose)


def proven_at(request: HttpRequest) -> float | None:
    """Return when this session last gave a second factor, in seconds of the wall's clock."""
    person = request.user if request.user.is_authenticated else None
    records = get_authentication_records(request, person)
    return max((each["at"] for each in records if each["method"] == "mfa"), default=None)


def holds_second_factor(request: HttpRequest) -> bool:
    """Whether the person has a second factor to be asked for; recovery codes alone are none."""
    factors = Authenticator.objects.filter(user=request.user.pk)
    return factors.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()


def where_to_prove(request: HttpRequest) -> str:
    """Return the page that asks for the code, or for the passkey of who has no code."""
    codes = Authenticator.objects.filter(user=request.user.pk, type=Authenticator.Type.TOTP)
    return reverse("mfa_reauthenticate" if codes.exists() else "mfa_reauthenticate_webauthn")


def _proven_since(request: HttpRequest, moment: float) -> bool:
    at = proven_at(request)
    return at is not None and at >= moment and time.time() - at <= FRESH_SECONDS


def _first_to_use(request: HttpRequest, asked_at: float) -> bool:
    """Two requests at once read the same session; the shared cache lets one of them through."""
    return cache.add(f"step-up/{request.session.session_key}/{asked_at}", "used", FRESH_SECONDS)


def _ask(request: HttpRequest, purpose: str) -> HttpResponse:
    if not holds_second_factor(request):
        messages.info(
            request,
            "This asks for a second factor, and you have none yet. Nothing was done: "
            "set one up here, then come back.",
        )
        return redirect("mfa_activate_totp")
    request.session[ASKED] = {"purpose": purpose, "at": time.time()}
    where = where_to_prove(request)
    kept = suspend_request(request, where)
    if request.method == "POST":
        # allauth sends it again only where `next` is its path and nothing more.
        return redirect(f"{where}?{urlencode({'next': request.path})}")
    return kept
