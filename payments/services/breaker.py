"""A provider that does not answer is left alone for a minute, so that nobody waits for it in vain.

What was not asked is asked by the sweeps later. All processes know of it, by the shared cache.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.core.cache import cache

from payments.gateways.base import OutcomeUnknown

SILENCES = 5  # one after the other
LEFT_ALONE = timedelta(seconds=60)
REMEMBERED = 24 * 3600  # seconds; an answer forgets them at once


def line_of(gateway: str, *, is_awaited: bool) -> str:
    """Return what silences are counted for: that pages had none is no reason to stop jobs.

    A page gives up soon, so a provider that is slow is silent to it, and still there for jobs.
    """
    return f"{gateway}/pages" if is_awaited else gateway


def is_open(gateway: str, *, at: datetime) -> bool:
    """Whether it is left alone at that moment."""
    silences, last = cache.get(_key(gateway), (0, at))
    return silences >= SILENCES and last <= at < last + LEFT_ALONE


def line_to(gateway: str, *, is_awaited: bool, at: datetime) -> str:
    """Return the line on which it is called now, or "" while it is left alone."""
    line = line_of(gateway, is_awaited=is_awaited)
    return "" if is_open(gateway, at=at) or is_open(line, at=at) else line


@contextmanager
def listening(gateway: str, *, at: datetime) -> Iterator[None]:
    """Count a call that was not answered; any answer, a refusal too, shows that it is there."""
    try:
        yield
    except OutcomeUnknown:
        silences, _ = cache.get(_key(gateway), (0, at))
        cache.set(_key(gateway), (silences + 1, at), REMEMBERED)
        raise
    except Exception:
        _is_there(gateway)
        raise
    else:
        _is_there(gateway)


def _is_there(gateway: str) -> None:
    if cache.get(_key(gateway)) is not None:
        cache.delete(_key(gateway))


def _key(gateway: str) -> str:
    return f"silences/{gateway}"
