"""How long the provider may take: a job has time, a person who waits for a page has not."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

PERSON = 2.7  # seconds for all calls of one page: the rest of three is for the page itself

_until: ContextVar[float | None] = ContextVar("until", default=None)


@contextmanager
def somebody_waits() -> Iterator[None]:
    """Let the calls that are made within end soon, all of them together.

    What was not answered by then is asked again by a job, with the same key.
    """
    ends = time.monotonic() + PERSON
    token = _until.set(min(ends, _until.get() or ends))
    try:
        yield
    finally:
        _until.reset(token)


def left() -> float | None:
    """Return for how many seconds somebody still waits; None: nobody does."""
    until = _until.get()
    return None if until is None else until - time.monotonic()
