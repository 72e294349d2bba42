"""Many threads that begin at the same moment, on a database that is as real as in production."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier

from django.db import connections

from billing_site.kernel.transitions import NotAllowed
from billing_site.people.models import User
from tests import given
from tests.rewinding import rewinding

ROUNDS = 5
Deed = Callable[[], object]


def race(deeds: Sequence[Deed]) -> list[str]:
    """Do all of *deeds* at once; return for each "done", or how it was refused."""
    with _runners(len(deeds)) as once:
        return once(deeds)


def rounds(deeds: Sequence[Deed], *, times: int = ROUNDS) -> Iterator[list[str]]:
    """Race again and again, each time on the world as it was; yield how each round ended.

    What a round wrote is there for whoever looks at it, and gone before the next.
    """
    with rewinding() as rewind, _runners(len(deeds)) as once:
        for number in range(times):
            if number:
                assert rewind.back(), "A race that writes nothing is none."
            yield once(deeds)


@contextmanager
def _runners(number: int) -> Iterator[Callable[[Sequence[Deed]], list[str]]]:
    """As many threads, each with a connection of its own that it keeps from round to round."""
    start = Barrier(number)

    def run(deed: Deed) -> str:
        try:
            connections["default"].ensure_connection()
            start.wait()
            deed()
        except NotAllowed as refusal:
            return type(refusal).__name__
        else:
            return "done"

    def leave(_: int) -> None:
        start.wait()  # so that each of them comes by
        connections.close_all()

    with ThreadPoolExecutor(number) as pool:
        try:
            yield lambda deeds: sorted(pool.map(run, deeds))
        finally:
            list(pool.map(leave, range(number)))


def people() -> tuple[User, User]:
    alice = given.person("alice", country="AT")
    return alice, given.person("bob", kind="freelancer", country="NO")
