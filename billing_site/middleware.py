from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest

Next = Callable[[HttpRequest], HttpResponse]


class Headers:
    """What every answer says, besides the Content-Security-Policy."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()"
        )
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class NoNulBytes:
    """PostgreSQL stores no NUL, and no address of ours contains one: say so before a query does."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        raw = f"{request.META.get('PATH_INFO', '')}?{request.META.get('QUERY_STRING', '')}"
        if b"\x00" in unquote_to_bytes(raw):
            return HttpResponseBadRequest("This address contains a character that no page has.")
        return self.get_response(request)
