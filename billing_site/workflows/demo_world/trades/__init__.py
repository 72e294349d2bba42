"""What was agreed on in the demo world: a file a trade, read as it is written."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from billing_site.workflows.demo_world.scripts import Deed, deeds

TRADES = ("software", "marketing", "consultancy", "products")


@dataclass(frozen=True, slots=True)
class Work:
    """A milestone and how it went. *price* is in whole units; *says* goes with a delivery."""

    title: str
    price: int
    brief: str
    steps: tuple[Deed, ...]
    says: str = ""


@dataclass(frozen=True, slots=True)
class Engagement:
    """A contract. *client* and *freelancer* are keys of firms in the cast."""

    client: str
    freelancer: str
    title: str
    about: str
    steps: tuple[Deed, ...]
    work: tuple[Work, ...]
    currency: str = "EUR"
    review_days: int = 14


@cache
def engagements() -> tuple[Engagement, ...]:
    """Every contract there is, in the order in which the trades tell them."""
    told: list[dict[str, Any]] = []
    for trade in TRADES:
        text = (Path(__file__).parent / f"{trade}.toml").read_text()
        told += tomllib.loads(text)["contract"]
    return tuple(_engagement(**facts) for facts in told)


def _engagement(*, work: list[dict[str, Any]], steps: list[str], **facts: Any) -> Engagement:
    return Engagement(work=tuple(_work(**each) for each in work), steps=deeds(steps), **facts)


def _work(*, steps: list[str], **facts: Any) -> Work:
    return Work(steps=deeds(steps), **facts)
