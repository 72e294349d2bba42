"""Parts of the provider's objects, which are there or not."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any


def part(thing: Any, *path: str) -> Any:
    """Return what lies there, or None: what does not apply is left out, or null."""
    for name in path:
        if thing is None:
            return None
        thing = getattr(thing, name, None)
    return thing


def noted(thing: Any, name: str) -> str:
    """Return what we wrote on the object when we asked for it."""
    return part(thing, "metadata", name) or ""


def id_of(thing: Any) -> str:
    """Return the id of what may be an object or only its id."""
    if thing is None or isinstance(thing, str):
        return thing or ""
    return thing.id


def moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
