"""Sixteen at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connections

from billing_site.kernel.transitions import NotAllowed

THREADS = 16


def at_once(*deeds: Callable[[], object]) -> Counter[str]:
    """Do the deeds in sixteen threads that start together; count how they ended."""
    start = Barrier(THREADS)

    def do(number: int) -> str:
        try:
            start.wait(timeout=30)
            deeds[number % len(deeds)]()
        except NotAllowed:
            return "refused in words"
        except Exception as error:  # noqa: BLE001 -- what a person would see as a broken page
            return f"broke: {type(error).__name__}"
        else:
            return "done"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(THREADS) as pool:
        return Counter(pool.map(do, range(THREADS)))
