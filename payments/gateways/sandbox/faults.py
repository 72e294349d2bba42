"""Trouble on purpose: the network fails before the sandbox acts, or after it has.

Tests plan it for a call; in the demo there are switches, which are off until somebody presses.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from payments.gateways.base import GatewayError
from payments.gateways.sandbox.models import SandboxTrouble

_planned: ContextVar[tuple[tuple[str, str, GatewayError], ...]] = ContextVar("planned", default=())


@contextmanager
def planned(when: str, deed: str, error: GatewayError) -> Iterator[None]:
    """Let each call of *deed* raise *error* in this thread, "before" or "after" it is done."""
    token = _planned.set((*_planned.get(), (when, deed, error)))
    try:
        yield
    finally:
        _planned.reset(token)


def switches() -> SandboxTrouble:
    """What is switched on now."""
    return SandboxTrouble.objects.first() or SandboxTrouble()


def switch(**on: bool) -> None:
    """Let go wrong what is named, from now on."""
    SandboxTrouble.objects.update_or_create(pk=SandboxTrouble.THE_ONE, defaults=on)


def strike(when: str, deed: str) -> None:
    for planned_when, planned_deed, error in _planned.get():
        if (planned_when, planned_deed) == (when, deed):
            raise error
