"""The product's addresses, and some that go wrong in every way there is."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.urls import path

from billing_site.urls import handler400, handler403, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


@login_not_required
def breaks(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("swordfish")


@login_not_required
def forbids(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied("swordfish")


@login_not_required
def suspects(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation("swordfish")


urlpatterns = [
    path("goes-wrong/500/", breaks),
    path("goes-wrong/403/", forbids),
    path("goes-wrong/400/", suspects),
    *urlpatterns,
]
