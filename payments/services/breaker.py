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


def is_open(gateway: str, *, at: datetime) -> bool:
    """Whether it is left alone at that moment."""
    silences, last = cache.get(_key(gateway), (0, at))
    return silences >= SILENCES and last <= at < last + LEFT_ALONE


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
