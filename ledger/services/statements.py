"""The two statements that write to the books, each one round trip."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, LiteralString

from django.db import connection
from psycopg import Cursor

from billing_site.kernel.money import to_minor
from ledger.services.preparing import Prepared

_POST = (
    "SELECT ledger_post(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s::text[], %s::text[], %s::bigint[],"
    " %s, %s)"
)
_POST_MANY = (
    "SELECT ledger_post_many(%s::text[], %s::bytea[], %s::text[], %s::text[], %s::timestamptz[],"
    " %s::text[], %s::text[], %s::bigint[], %s::bigint[],"
    " %s::int[], %s::int[], %s::text[], %s::text[], %s::bigint[],"
    " %s::bigint[], %s::bigint[])"
)


def post(entry: Prepared) -> int:
    """Return the new entry's id, its negative if it stands already, 0 if an account is missing."""
    return int(
        _run(
            _POST,
            [
                *_header(entry),
                _array(entry.codes),
                _array(entry.currencies),
                _array(map(str, entry.amounts)),
                *_client(entry),
            ],
        )
    )


def post_many(entries: Sequence[Prepared]) -> list[int]:
    """Return for each entry what `post` returns; an empty list if an account is missing."""
    lines = [
        (number, line, code, currency, amount)
        for number, entry in enumerate(entries, start=1)
        for line, (code, currency, amount) in enumerate(
            zip(entry.codes, entry.currencies, entry.amounts, strict=True), start=1
        )
    ]
    columns = [
        *zip(*map(_header, entries), strict=True),
        *zip(*lines, strict=True),
        *zip(*map(_client, entries), strict=True),
    ]
    return list(_run(_POST_MANY, [list(column) for column in columns]))


def _run(statement: LiteralString, parameters: Sequence[object]) -> Any:
    # Django's cursors paste parameters into the text, which PostgreSQL then parses and plans
    # each time. The driver's own cursor prepares it once a connection (unless the option
    # `prepare_threshold` is None, as an old PgBouncer needs it).
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    with connection.wrap_database_errors:
        cursor = Cursor(connection.connection).execute(statement, parameters, prepare=True)
        return cursor.fetchone()[0]  # type: ignore[index]  # a SELECT of one function


def _header(entry: Prepared) -> tuple[object, ...]:
    movement = entry.movement
    return (
        movement.key,
        entry.fingerprint,
        movement.kind,
        movement.memo,
        movement.at,
        *movement.reference,
        movement.actor,
        movement.reverses,
    )


def _client(entry: Prepared) -> tuple[int | None, int | None]:
    tax = entry.movement.client_tax
    return entry.movement.client, None if tax is None else to_minor(tax)


def _array(words: Iterable[str]) -> str:
    # Codes, currencies and numbers need no quoting: see AccountSpec.
    return "{" + ",".join(words) + "}"
