"""An organization's records: what happened to its money, newest first, with what each row left.

A row is an entry as one organization sees it. Rows are found by one index over (party,
currency, occurred_at, entry), so a page costs the same wherever it is and however large the
books are; what narrows the rows is tried on this organization's rows alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from ledger.queries.records_sql import (
    FAMILIES,
    MOVES,
    ROWS,
    SUBJECT,
    WITH_GAPS,
    WITHOUT_GAPS,
)
from ledger.queries.rows import rows
from ledger.queries.trail import Reference


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose rows, and which of them."""

    party: int
    currency: str
    kinds: Sequence[str] = ()  # any
    since: datetime | None = None
    until: datetime | None = None  # before
    within: Sequence[str] | None = None  # about one of these, such as “escrow/7K2M…”
    about: Sequence[str] | None = None  # and about one of these, …
    reference: str = ""  # … or with this reference
    minor: int | None = None  # its gross, or what any of its lines moves
    is_client: bool = True  # who asks, and so what gross is
    entry: int | None = None  # only this


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows there are of each kind; counting stops behind the newest *most*."""

    by_kind: dict[str, int]
    most: int

    @property
    def is_all(self) -> bool:
        return sum(self.by_kind.values()) <= self.most


class RecordRow(NamedTuple):
    """An entry in one organization's records. The sums are whole minor units."""

    entry: int
    at: datetime
    key: str
    kind: str
    memo: str
    reference: Reference
    currency: str
    change: int  # of what the organization has with us
    balance: int  # what it has after this
    client_tax: int | None
    is_of_works: bool  # a freelancer's money moves too
    moved: dict[str, int]  # by FAMILIES


def page(
    wanted: Wanted, *, before: tuple[datetime, int] | None = None, limit: int = 50
) -> list[RecordRow]:
    """Return the newest rows, older than the one at *before* (moment, entry)."""
    statement, parameters = statement_of(ROWS, wanted, before=before, limit=limit, order="DESC")
    with connection.cursor() as cursor:
        cursor.execute(statement, [*parameters, wanted.currency])
        return [row_of(each[:4], each[4:], wanted.currency) for each in cursor.fetchall()]


def count_of(wanted: Wanted) -> int:
    """Return how many rows there are."""
    join, where, parameters = _narrowed(wanted)
    found = rows(
        "SELECT count(*) AS count FROM (SELECT DISTINCT p.entry_id"  # noqa: S608
        f" FROM ledger_posting AS p {join}"
        f" WHERE p.party = %s AND p.currency = %s {where}) AS found",
        [wanted.party, wanted.currency, *parameters],
    )
    return int(found[0]["count"])


def currencies_of(party: int) -> list[str]:
    """Return in which currencies *party* has rows, a step of the index for each of them.

    Who pays from outside has rows and no account, so the accounts do not tell.
    """
    found = rows(
        """
        WITH RECURSIVE used AS (
             (SELECT currency FROM ledger_posting WHERE party = %s ORDER BY currency LIMIT 1)
              UNION ALL
             SELECT (SELECT p.currency FROM ledger_posting AS p
                      WHERE p.party = %s AND p.currency > used.currency
                      ORDER BY p.currency LIMIT 1)
               FROM used WHERE used.currency IS NOT NULL)
        SELECT currency FROM used WHERE currency IS NOT NULL
        """,
        [party, party],
    )
    return [row["currency"] for row in found]


def count(party: int, currency: str, *, most: int) -> Counts:
    """Return how many rows there are by kind; of more than *most*, of the newest."""
    found = rows(
        """
        SELECT e.kind, count(*) AS count
          FROM (SELECT entry_id FROM ledger_posting WHERE party = %s AND currency = %s
                 GROUP BY occurred_at, entry_id
                 ORDER BY occurred_at DESC, entry_id DESC LIMIT %s) AS p
          JOIN ledger_entry AS e ON e.id = p.entry_id GROUP BY e.kind
        """,
        [party, currency, most + 1],
    )
    return Counts({row["kind"]: row["count"] for row in found}, most)


def balance_before(party: int, currency: str, moment: datetime) -> int:
    """Return what *party* had with us before *moment*."""
    found = rows(
        "SELECT coalesce(sum(change), 0)::bigint AS minor FROM ledger_posting"
        " WHERE party = %s AND currency = %s AND occurred_at < %s",
        [party, currency, moment],
    )
    return int(found[0]["minor"])


def one(party: int, entry: int) -> RecordRow | None:
    """Return the row of *entry* in the records of *party*, or None if it is not in them.

    A conversion is a row of two currencies: this is the one of what was given.
    """
    found = rows(
        "SELECT currency FROM ledger_posting WHERE entry_id = %s AND party = %s"
        " ORDER BY line LIMIT 1",
        [entry, party],
    )
    if not found:
        return None
    wanted = Wanted(party, found[0]["currency"], entry=entry)
    return page(wanted, limit=1)[0]


def statement_of(
    template: str,
    wanted: Wanted,
    *,
    before: tuple[datetime, int] | None,
    limit: int | None,
    order: str,
) -> tuple[str, list[Any]]:
    join, where, parameters = _narrowed(wanted)
    if before is not None:
        where += " AND (p.occurred_at, p.entry_id) < (%s, %s)"
        parameters += before
    narrows = (wanted.within, wanted.about, wanted.minor)
    has_gaps = bool(wanted.kinds) or any(each is not None for each in narrows)
    statement = template.format(
        join=join,
        where=where,
        order=order,
        limit="" if limit is None else "LIMIT %s",
        running=WITH_GAPS if has_gaps else WITHOUT_GAPS,
    )
    whose = [wanted.party, wanted.currency]
    bounds = [] if limit is None else [limit]
    return statement, [*whose, *parameters, *bounds, *whose]


def _narrowed(wanted: Wanted) -> tuple[str, str, list[Any]]:
    where = ""
    parameters: list[Any] = []
    found = None if wanted.about is None else [list(wanted.about), wanted.reference]
    moved = None if wanted.minor is None else [wanted.minor, wanted.currency, wanted.minor]
    for words, values in (
        (" AND p.occurred_at >= %s", _one(wanted.since)),
        (" AND p.occurred_at < %s", _one(wanted.until)),
        (" AND w.kind = ANY(%s)", _one(list(wanted.kinds))),
        (" AND p.entry_id = %s", _one(wanted.entry)),
        (f" AND {SUBJECT} = ANY(%s)", None if wanted.within is None else [list(wanted.within)]),
        (f" AND ({SUBJECT} = ANY(%s) OR w.reference = %s)", found),
        (MOVES[wanted.is_client], moved),
    ):
        if values is not None:
            where += words
            parameters += values
    join = "JOIN ledger_entry AS w ON w.id = p.entry_id" if "w." in where else ""
    return join, where, parameters


def _one(value: Any) -> list[Any] | None:
    return [value] if value else None


def row_of(place: Sequence[Any], said: Sequence[Any], currency: str) -> RecordRow:
    """By the places of PLACES and SAYING: this runs a million times for an export."""
    entry, at, change, balance = place
    key, kind, memo, of, ref, client_tax, is_of_works, *sums = said
    moved = dict(zip(FAMILIES, sums, strict=True))
    moved["works"] += moved["available"]
    return RecordRow(
        entry, at, key, kind, memo, (of, ref), currency, change, balance, client_tax, is_of_works,
        moved,
    )  # fmt: skip
