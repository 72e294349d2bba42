"""Whom a request acts for, and what a session is allowed to be."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.contrib.auth import logout
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from billing_site.kernel.prepared import Prepared
from billing_site.people import step_up
from billing_site.people.models import Membership, User
from billing_site.people.services import sign_ins
from billing_site.platform import clock

Next = Callable[[HttpRequest], HttpResponse]
ACTING_FOR = "acting_for"
MINUTE, HOUR, DAY = 60, 3_600, 86_400
# Enough to get a second factor, to get out, and nothing else.
ENROLMENT = {
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_view_recovery_codes",
    "mfa_download_recovery_codes",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "account_reauthenticate",
    "account_logout",
    "theme",
    "health",
    "health-money",
}


def for_anybody(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let those who act for no organization yet open the page."""
    view.for_anybody = True  # type: ignore[attr-defined] # a mark, as login_not_required sets one
    return view


class ActingFor:
    """Sets request.organization, request.membership and request.memberships, read anew each time.

    A membership that ended a moment ago is not there any more. Who has none is asked to
    found an organization or to accept an invitation; staff, who act for nobody, go to the desk.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        _act_for(request, [])
        try:
            return self.get_response(request)
        finally:
            timezone.deactivate()  # the next request of this thread is somebody else's

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if not request.user.is_authenticated:
            return None
        timezone.activate(request.user.zone)
        if not request.user.is_staff:
            seats: list[Membership] = _SEATS.all("", request.user.pk)
            for seat in seats:
                seat.user = request.user  # who was read already
            _act_for(request, seats)
        if getattr(request, "membership", None) or _is_for_anybody(request, view):
            return None
        return redirect("admin:index" if request.user.is_staff else "onboarding")


class StaffHoldSecondFactor:
    """Staff without a second factor see the page that sets one up, and no other.

    Who has one must have given it in this session: a session that began with a password
    alone, before there was a second factor, is worth no more for it.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        name = request.resolver_match.url_name if request.resolver_match else ""
        if not (request.user.is_authenticated and request.user.is_staff) or name in ENROLMENT:
            return None
        if not step_up.holds_second_factor(request):
            return redirect("mfa_activate_totp")
        if step_up.proven_at(request) is None:
            back = urlencode({"next": request.path})
            return redirect(f"{step_up.where_to_prove(request)}?{back}")
        return None


class SessionsEnd:
    """Ends sessions that stood idle or lasted too long, sooner for staff.

    By the wall's clock: moving the demo's time signs nobody out.
    """

    IDLE = {True: 30 * MINUTE, False: 12 * HOUR}  # by whether it is staff's
    ABSOLUTE = {True: 24 * HOUR, False: 14 * DAY}

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        now, session, is_staff = time.time(), request.session, request.user.is_staff
        began, seen = session.get("began_at", now), session.get("seen_at", now)
        if now - seen > self.IDLE[is_staff] or now - began > self.ABSOLUTE[is_staff]:
            logout(request)
            return redirect(f"{reverse('account_login')}?{urlencode({'next': request.path})}")
        if "began_at" not in session or now - seen >= MINUTE:  # a write a minute is enough
            session["began_at"], session["seen_at"] = began, now
        return self.get_response(request)


class SessionsAreListed:
    """Keeps the list of a person's sessions, by which they are signed out everywhere.

    allauth's own middleware writes on every request. Once a minute is enough, and at once
    where the session got another key, or is used from another place. A place is noted once a
    day, too, for longer than the list is kept.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        session = request.session
        if request.user.is_authenticated and session.session_key:
            now, place = time.time(), self._place(request)
            was_at, was_place = session.get("listed", (0, ""))
            if was_place != place:
                self._note(request)
            if was_place != place or now - was_at >= MINUTE:
                UserSession.objects.create_from_request(request)
                session["listed"] = (now, place)
        return self.get_response(request)

    def _note(self, request: HttpRequest) -> None:
        assert isinstance(request.user, User), "They are signed in."
        address = str(get_adapter().get_client_ip(request) or "")
        agent = request.headers.get("User-Agent", "")
        sign_ins.note(request.user, address=address, agent=agent, at=clock.now())

    def _place(self, request: HttpRequest) -> str:
        address = get_adapter().get_client_ip(request)
        agent = request.headers.get("User-Agent", "")
        today = time.strftime("%Y-%m-%d", time.gmtime(time.time()))
        said = f"{request.session.session_key} {address} {agent} {today}"
        return hashlib.sha256(said.encode()).hexdigest()


def _seats(_kind: str, person: int) -> QuerySet[Membership]:
    return Membership.objects.of(User(pk=person)).order_by("organization__name", "organization")


_SEATS = Prepared(_seats)


def _act_for(request: HttpRequest, memberships: list[Membership]) -> None:
    chosen = request.session.get(ACTING_FOR) if memberships else None
    ours = [each for each in memberships if each.organization_id == chosen] or memberships
    acting: Any = request
    acting.memberships = memberships
    acting.membership = ours[0] if ours else None
    acting.organization = ours[0].organization if ours else None


def _is_for_anybody(request: HttpRequest, view: Callable[..., Any]) -> bool:
    return (
        not getattr(view, "login_required", True)
        or getattr(view, "for_anybody", False)
        or view.__module__.startswith("allauth.")
        or (request.resolver_match is not None and request.resolver_match.app_name == "admin")
    )
