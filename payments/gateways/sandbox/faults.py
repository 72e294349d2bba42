"""Trouble on purpose: the network fails before the sandbox acts, or after it has."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from payments.gateways.base import GatewayError

_planned: ContextVar[tuple[tuple[str, str, GatewayError], ...]] = ContextVar("planned", default=())


@contextmanager
def planned(when: str, deed: str, error: GatewayError) -> Iterator[None]:
    """Let each call of *deed* raise *error* in this thread, "before" or "after" it is done."""
    token = _planned.set((*_planned.get(), (when, deed, error)))
    try:
        yield
    finally:
        _planned.reset(token)


def strike(when: str, deed: str) -> None:
    for planned_when, planned_deed, error in _planned.get():
        if (planned_when, planned_deed) == (when, deed):
            raise error
