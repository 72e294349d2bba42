from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connections

T = TypeVar("T")


def at_once(count: int, act: Callable[[int], T]) -> list[T | Exception]:
    """Call `act(0)`, `act(1)`, … in threads that start together; return what each came to."""
    start = Barrier(count)

    def run(number: int) -> T | Exception:
        start.wait()
        try:
            return act(number)
        except Exception as error:  # noqa: BLE001 - an outcome like any other
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))
