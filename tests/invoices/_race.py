"""Many threads that begin at the same moment, on a database that is as real as in production."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connections

from billing_site.kernel.transitions import NotAllowed


def race(deeds: Sequence[Callable[[], object]]) -> list[str]:
    """Do all of *deeds* at once; return for each "done", or how it was refused."""
    start = Barrier(len(deeds))

    def run(deed: Callable[[], object]) -> str:
        try:
            connections["default"].ensure_connection()
            start.wait()
            deed()
        except NotAllowed as refusal:
            return type(refusal).__name__
        else:
            return "done"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return sorted(pool.map(run, deeds))
