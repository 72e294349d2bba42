from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

from billing_site.kernel.invariants import Row


def rows(statement: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> list[Row]:
    """Return what the SQL *statement* selects, each row by its columns' names."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters or None)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
