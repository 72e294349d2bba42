from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from billing_site.platform import clock


class OneMoment:
    """A page is of one moment: everything on it, and everything it does, has the same time."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with clock.pinned(clock.now()):
            return self.get_response(request)
