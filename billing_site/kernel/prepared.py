"""Large queries that every page asks: put together once in a process, asked of each in turn."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from django.db import connection
from django.db.models import Aggregate, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable

_PLACE = -9_000_000_000_000  # and below: keys that no row has, where those asked about will stand


class Prepared:
    """A query as SQL that differs from one asker to the next only in whole numbers, their keys.

    To put a large one together takes Django longer than it takes PostgreSQL to answer it.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]]) -> None:
        self._build = build
        self._statements: dict[Hashable, tuple[str, tuple[Any, ...]]] = {}

    def one(self, kind: Hashable, *keys: int) -> dict[str, Any]:
        """Return the one row of what is asked in this *kind* of way about *keys*.

        :raises LookupError: there is none.
        """
        sql, parameters = self._statement(kind, len(keys))
        asked = [keys[_PLACE - it] if _is_place(it) else it for it in parameters]
        with connection.cursor() as cursor:
            cursor.execute(sql, asked)
            names = [column.name for column in cursor.description or ()]
            row = cursor.fetchone()
        if row is None:
            raise LookupError("What is asked about is not there any more.")
        return dict(zip(names, row, strict=True))

    def _statement(self, kind: Hashable, count: int) -> tuple[str, tuple[Any, ...]]:
        if kind not in self._statements:
            places = [_PLACE - n for n in range(count)]
            rows = self._build(kind, *places)
            self._statements[kind] = rows.query.sql_with_params()
        return self._statements[kind]


def inside(rows: QuerySet[Any], aggregate: Aggregate | Combinable) -> Subquery:
    """An *aggregate* over *rows*, as a value inside of a larger query; null where there is none."""
    alike = rows.order_by().annotate(alike=Value(1)).values("alike")
    return Subquery(alike.annotate(found=aggregate).values("found"))


def _is_place(parameter: Any) -> bool:
    return isinstance(parameter, int) and parameter <= _PLACE
