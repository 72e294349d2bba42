from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse


def index(request: HttpRequest, ref: str = "") -> HttpResponse:
    raise Http404


def new(request: HttpRequest, ref: str = "") -> HttpResponse:
    raise Http404


def detail(request: HttpRequest, ref: str = "") -> HttpResponse:
    raise Http404


def cancellation(request: HttpRequest, ref: str = "") -> HttpResponse:
    raise Http404
