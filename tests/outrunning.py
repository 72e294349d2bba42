"""Two transactions of which one has begun, and is not committed when the other one looks."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

from django.db import connection, connections, transaction

from billing_site.kernel.transitions import NotAllowed

Deed = Callable[[], object]


def outrun(first: Deed, deed: Deed, *, then: Deed | None = None) -> str:
    """Do *deed* while *first* is done and not committed yet; return how *deed* ended.

    As soon as *deed* waits for a lock, or is over, the first transaction does *then* and commits.
    """
    done, ended = Event(), Event()

    def lead() -> None:
        try:
            with transaction.atomic():
                first()
                done.set()
                while not ended.wait(timeout=0.01) and not _somebody_waits():
                    pass
                if then:
                    then()
        finally:
            done.set()
            connections.close_all()

    def follow() -> str:
        try:
            done.wait(timeout=30)
            deed()
        except NotAllowed as refusal:
            return str(refusal)
        else:
            return "done"
        finally:
            ended.set()
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        leading, following = pool.submit(lead), pool.submit(follow)
        leading.result(timeout=30)
        return following.result(timeout=30)


def _somebody_waits() -> bool:
    """In this database: beside it, others may try the same."""
    waiting = "datname = current_database() AND wait_event_type = 'Lock'"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE {waiting})")
        return bool(cursor.fetchone()[0])
