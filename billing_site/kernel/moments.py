"""When the first of many things that wait has its turn."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

Waiting = tuple[QuerySet[Any, Any], str]  # rows, and the column that says when each has its turn


def first_after(after: datetime, *waiting: Waiting) -> datetime | None:
    """Return the first moment later than *after* in any of these columns, in one question."""
    first, *others = (
        rows.filter(**{f"{column}__gt": after}).order_by(column).values_list(column)[:1]
        for rows, column in waiting
    )
    return min((moment for (moment,) in first.union(*others, all=True)), default=None)
