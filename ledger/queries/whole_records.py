"""All of an organization's records, as an export needs them: the oldest first, chunk by chunk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import psycopg
from django.db import connection, transaction

from ledger.queries.records import RecordRow, Wanted, row_of, statement_of
from ledger.queries.records_sql import PLACES, SAYING

Beside = TypeVar("Beside")


def all_of(
    wanted: Wanted, *, chunk: int, beside: Callable[[list[RecordRow]], Beside]
) -> Iterator[tuple[list[RecordRow], Beside]]:
    """Yield all rows, the oldest first, so many at a time, in constant memory.

    Which they are is as of one moment, whatever is posted meanwhile: the server keeps it. What
    they say never changes. With each chunk comes what *beside* asks about it; then the server
    looks the next one up, while whoever reads makes something of this one.
    """
    statement, parameters = statement_of(PLACES, wanted, before=None, limit=None, order="ASC")
    connection.ensure_connection()
    with (
        ThreadPoolExecutor(1) as ahead,
        connection.connection.cursor(name="records", withhold=True) as places,
    ):
        with transaction.atomic(), connection.cursor() as plain:
            # All of it will be read: plan for the last row, not for the first.
            plain.execute("SET LOCAL cursor_tuple_fraction = 1.0")
            plain.execute("SET LOCAL work_mem = '64MB'")
            places.execute(statement, parameters, binary=True)
        found = places.fetchmany(chunk)
        said = ahead.submit(_said, connection.connection, found, wanted.currency)
        while found:
            both = zip(found, said.result(), strict=True)
            read = [row_of(place, each, wanted.currency) for place, each in both]
            other = beside(read)
            found = places.fetchmany(chunk)
            said = ahead.submit(_said, connection.connection, found, wanted.currency)
            yield read, other


def _said(
    on: psycopg.Connection[Any], places: Sequence[Sequence[Any]], currency: str
) -> list[Sequence[Any]]:
    """Ask on the connection itself: Django's is one thread's, and this one waits in another."""
    if not places:
        return []
    # As one text: of a list, each number would be dumped by itself.
    entries = f"{{{','.join(str(place[0]) for place in places)}}}"
    return on.execute(SAYING, [entries, entries, currency]).fetchall()
