"""Large queries that every page asks: put together once in a process, asked of each in turn."""

from __future__ import annotations

import copy
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from django.db import connection
from django.db.models import Aggregate, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable

_PLACE = -9_000_000_000_000  # and below: keys that no row has, where those asked about will stand
_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)  # and in that year: moments in whose place others stand
Key = int | datetime


class Prepared:
    """A query as SQL that differs from one asker to the next only in keys and in moments.

    To put a large one together takes Django longer than it takes PostgreSQL to answer it. What
    *build* is given are places: it compares with them, and makes nothing of them.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]]) -> None:
        self._build = build
        self._kept: dict[Hashable, _Kept] = {}

    def one(self, kind: Hashable, *keys: Key) -> dict[str, Any]:
        """Return the one row of what is asked in this *kind* of way about *keys*.

        :raises LookupError: there is none.
        """
        kept = self._of(kind, keys)
        with connection.cursor() as cursor:
            cursor.execute(kept.sql, kept.about(keys))
            names = [column.name for column in cursor.description or ()]
            row = cursor.fetchone()
        if row is None:
            raise LookupError("What is asked about is not there any more.")
        return dict(zip(names, row, strict=True))

    def all(self, kind: Hashable, *keys: Key) -> list[Any]:
        """Return its rows: models with what is fetched beside them, or whatever it selects."""
        kept = self._of(kind, keys)
        # Once it has made its SQL, a compiler knows how rows are read. Connections are a thread's.
        compiler = copy.copy(kept.compiler)
        compiler.connection, compiler.as_sql = connection, lambda: (kept.sql, kept.about(keys))
        rows: Any = kept.rows.all()
        rows.query.get_compiler = partial(_itself, compiler)
        return list(rows)

    def _of(self, kind: Hashable, keys: tuple[Key, ...]) -> _Kept:
        if kind not in self._kept:
            places = [_place(n, key) for n, key in enumerate(keys)]
            rows = self._build(kind, *places)
            compiler = rows.query.get_compiler(rows.db)
            sql, parameters = compiler.as_sql()
            numbers = [places.index(it) if _is_place(it) else None for it in parameters]
            self._kept[kind] = _Kept(rows, compiler, sql, parameters, numbers)
        return self._kept[kind]


@dataclass(frozen=True, slots=True)
class _Kept:
    rows: QuerySet[Any, Any]
    compiler: Any
    sql: str
    parameters: tuple[Any, ...]
    numbers: list[int | None]  # of the key that a parameter is the place of

    def about(self, keys: tuple[Key, ...]) -> list[Any]:
        both = zip(self.numbers, self.parameters, strict=True)
        return [it if number is None else keys[number] for number, it in both]


def inside(rows: QuerySet[Any], aggregate: Aggregate | Combinable) -> Subquery:
    """An *aggregate* over *rows*, as a value inside of a larger query; null where there is none."""
    alike = rows.order_by().annotate(alike=Value(1)).values("alike")
    return Subquery(alike.annotate(found=aggregate).values("found"))


def _itself(compiler: Any, using: str) -> Any:
    return compiler


def _place(number: int, key: Key) -> Key:
    """What stands for the key until it is known."""
    if isinstance(key, datetime):
        return _LONG_AGO.replace(microsecond=number)
    return _PLACE - number


def _is_place(parameter: Any) -> bool:
    """Whether it is one, or was made of one: which is none, and found out when it is sought."""
    if isinstance(parameter, date):
        return parameter.year == _LONG_AGO.year
    return isinstance(parameter, int) and parameter <= _PLACE
