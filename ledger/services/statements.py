"""The two statements that write to the books, each one round trip."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connection

from ledger.services.preparing import Prepared

_POST = (
    "SELECT ledger_post(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s::text[], %s::text[], %s::bigint[])"
)
_POST_MANY = (
    "SELECT ledger_post_many(%s::text[], %s::bytea[], %s::text[], %s::text[], %s::timestamptz[],"
    " %s::text[], %s::text[], %s::bigint[], %s::bigint[],"
    " %s::int[], %s::int[], %s::text[], %s::text[], %s::bigint[])"
)


def post(entry: Prepared) -> int:
    """Return the new entry's id, its negative if it stands already, 0 if an account is missing."""
    with connection.cursor() as cursor:
        cursor.execute(
            _POST,
            [
                *_header(entry),
                _array(entry.codes),
                _array(entry.currencies),
                _array(map(str, entry.amounts)),
            ],
        )
        return int(cursor.fetchone()[0])


def post_many(entries: Sequence[Prepared]) -> list[int]:
    """Return for each entry what `post` returns; an empty list if an account is missing."""
    lines = [
        (number, line, code, currency, amount)
        for number, entry in enumerate(entries, start=1)
        for line, (code, currency, amount) in enumerate(
            zip(entry.codes, entry.currencies, entry.amounts, strict=True), start=1
        )
    ]
    headers = zip(*map(_header, entries), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            _POST_MANY,
            [*map(list, headers), *map(list, zip(*lines, strict=True))],
        )
        return list(cursor.fetchone()[0])


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


def _array(words: Iterable[str]) -> str:
    # Codes, currencies and numbers need no quoting: see AccountSpec.
    return "{" + ",".join(words) + "}"
