"""The pages of somebody else, for staff: looked at, never acted on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse

from billing_site.people import step_up
from billing_site.people.models import Seeing, User
from billing_site.people.models.seeing import SEE
from billing_site.people.services import seeing as services
from billing_site.platform import clock

Next = Callable[[HttpRequest], HttpResponse]
# Here they are themselves: the desk, their own sign-in, and what anybody may do.
THEMSELVES = {"seeing-end", "theme", "landing", "health", "health-money", "demo-clock", "hook"}
OWN_APPS = {"admin"}
# It writes nothing but the session of who looks: for which of the person's organizations.
LOOKING = {"acting-for"}
# What belongs to one person alone, and what leaves the house in one piece.
SECRET = {
    "personal-data",
    "personal-data-file",
    "erasure",
    "export-file",
    "dispute-file",
    "invitation",
}


class StaffSees:
    """Where a member of staff sees as somebody, the request is that person's, and only looks.

    Whoever asks has shown their second factor: of the person whose pages these are, none of
    the middleware after this one asks for any.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asking: Any = request
        asking.seeing = None
        user = request.user
        if not (user.is_authenticated and user.is_staff):
            return self.get_response(request)
        name = _name_of(request)
        seeing = _seeing(request, user) if name else None
        if seeing is None:
            return self.get_response(request)
        if request.method not in {"GET", "HEAD"} and name not in LOOKING:
            return _refuse(request, seeing, "Nothing can be changed while you see as somebody.")
        if name in SECRET:
            return _refuse(request, seeing, "This is theirs alone: nobody else opens it.")
        services.looked(seeing, request.get_full_path(), at=clock.now())
        asking.seeing, request.user = seeing, seeing.person
        return self.get_response(request)


def _name_of(request: HttpRequest) -> str:
    """The name of the page; nothing where staff stays who they are."""
    try:
        found = resolve(request.path_info)
    except Resolver404:
        return ""
    is_own = found.app_name in OWN_APPS or found.func.__module__.startswith("allauth.")
    return "" if is_own or found.url_name in THEMSELVES else found.url_name or ""


def _seeing(request: HttpRequest, user: User) -> Seeing | None:
    if step_up.proven_at(request) is None:
        return None
    seeing = Seeing.objects.of(user.pk, at=clock.now())
    if seeing is None or not seeing.person.is_active or seeing.person.is_staff:
        return None
    # Either may have been taken away since they began.
    if not (user.has_perm(SEE) and step_up.holds_second_factor(request)):
        return None
    seeing.staff = user
    return seeing


def _refuse(request: HttpRequest, seeing: Seeing, why: str) -> HttpResponse:
    context = {"seeing": seeing, "why": why, "back": reverse("home")}
    return render(request, "people/only_looking.html", context, status=403)
