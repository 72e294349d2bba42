"""The database went away for a moment, or two of us waited for each other: ask it once more.

Every service is one transaction, so what failed left nothing behind. Only where a connection
broke while it committed nobody knows, and a form that carries an `op_id` is done once whatever
we do. Whoever sends anything else is told that nothing is lost, and tries again; so is who
posts to a view that does several deeds, one after the other (`asked_once`).
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from typing import Any

from django.db import Error, InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

logger = logging.getLogger(__name__)
Next = Callable[[HttpRequest], HttpResponse]
# Serialization failure, deadlock, and our own patience with a lock: it was, for certain.
ROLLED_BACK = {"40001", "40P01", "55P03"}
AFTER = "5"  # seconds


class SecondTry:
    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        """What a view ran into: another try, or a page that says so. None: it is a bug of ours."""
        if not is_passing(problem):
            return None
        logger.warning("The database failed %s %s: %s", request.method, request.path, problem)
        _connect_anew()
        if _may_be_asked_again(request, problem):
            try:
                return _ask(request)
            except (OperationalError, InterfaceError):
                logger.exception("And again")
        return come_back_soon()


def is_passing(problem: BaseException | None) -> bool:
    """Whether the database is away, restarts, or had us wait for a lock that we did not get."""
    if isinstance(problem, InterfaceError):
        return True
    if not isinstance(problem, OperationalError):
        return False
    state = _state_of(problem)
    # 57P: it is shut down or starts; 08 and none at all: the line is broken.
    return state in ROLLED_BACK or not state or state.startswith(("57P", "08"))


def come_back_soon() -> HttpResponse:
    """The page that says so; whoever asks next gets a connection that works, if there is one."""
    _connect_anew()
    body = render_to_string("errors/unreachable.html")
    return HttpResponse(body, status=503, headers={"Retry-After": AFTER})


def is_being_answered() -> bool:
    """Whether the exception that a page breaks with at this moment is a passing one."""
    return is_passing(sys.exc_info()[1])


def _may_be_asked_again(request: HttpRequest, problem: Exception) -> bool:
    if request.method in {"GET", "HEAD"}:
        return True
    match = request.resolver_match
    if match and getattr(match.func, "asked_once", False):
        return False
    return "op_id" in request.POST or _state_of(problem) in ROLLED_BACK


def _ask(request: HttpRequest) -> HttpResponse:
    uploads: Any = request.FILES
    for _, files in uploads.lists():
        for file in files:
            file.seek(0)
    match = request.resolver_match
    assert match, "A view was found, or it could not have failed."
    return match.func(request, *match.args, **match.kwargs)


def _connect_anew() -> None:
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()


def _state_of(problem: BaseException) -> str:
    cause = problem.__cause__ if isinstance(problem, Error) else None
    return str(getattr(cause, "sqlstate", None) or "")
