from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.middleware import HtmxDetails

if TYPE_CHECKING:
    from billing_site.people.models import Membership, Organization, User


class SignedInRequest(HttpRequest):
    """What the middleware lets through, for the type checker."""

    user: User
    organization: Organization
    membership: Membership
    htmx: HtmxDetails


class SaidWhy(PermissionDenied):
    """Its words are for the person who asked; see errors/403.html."""


class OtherSide(SaidWhy):
    """The page is for the other side of a contract; no role in this organization opens it."""


def back(request: HttpRequest) -> str:
    """Return the page of ours that the person came from, as an address within this site."""
    return inside(request, request.headers.get("Referer", ""))


def inside(request: HttpRequest, address: str) -> str:
    """Return *address* without its host if it is of this site; else our first page."""
    if not url_has_allowed_host_and_scheme(address, {request.get_host()}):
        return "/"
    parts = urlsplit(address)
    # Two slashes at the beginning of a path would be somebody else's host.
    path = "/" + parts.path.lstrip("/\\")
    return parts._replace(scheme="", netloc="", path=path).geturl()


def asked_once(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Never carry a POST out anew by ourselves: it is more than one transaction, and no form
    says that it is the same deed."""
    view.asked_once = True  # type: ignore[attr-defined] # a mark, as login_not_required sets one
    return view
