from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """A button of components/steps.html, or why it is not there."""

    words: str
    url: str = ""
    kind: str = ""
    post: bool = False
    why_not: str = ""
    note: str = ""
