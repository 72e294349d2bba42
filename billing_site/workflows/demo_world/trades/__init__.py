"""What was agreed on in the demo world: a file a trade, read as it is written."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from billing_site.workflows.demo_world.scripts import Deed, deeds

TRADES = ("software", "marketing", "consultancy", "products", "hours", "owed", "retained", "museum")


@dataclass(frozen=True, slots=True)
class Work:
    """A milestone and how it went. *price* is in whole units; *says* goes with a delivery."""

    title: str
    price: int
    brief: str
    steps: tuple[Deed, ...]
    says: str = ""


@dataclass(frozen=True, slots=True)
class Bill:
    """An invoice by hand: *quantity* of *unit* at *price*, due *net_days* after its approval."""

    title: str
    price: int
    steps: tuple[Deed, ...]
    quantity: int = 1
    unit: str = ""
    net_days: int = 30
    says: str = "As we agreed."


@dataclass(frozen=True, slots=True)
class Engagement:
    """A contract. *client* and *freelancer* are keys of firms in the cast.

    With a *rate* it is by the hour, at most *weekly_hours* of a week, and with *monthly* a
    retainer of that sum from the day on which it is written; both have no *work*.
    """

    client: str
    freelancer: str
    title: str
    about: str
    steps: tuple[Deed, ...]
    work: tuple[Work, ...]
    currency: str = "EUR"
    review_days: int = 14
    rate: int = 0
    weekly_hours: int = 20
    monthly: int = 0
    bills: tuple[Bill, ...] = ()


@cache
def engagements() -> tuple[Engagement, ...]:
    """Every contract there is, in the order in which the trades tell them."""
    told: list[dict[str, Any]] = []
    for trade in TRADES:
        text = (Path(__file__).parent / f"{trade}.toml").read_text()
        told += tomllib.loads(text)["contract"]
    return tuple(_engagement(**facts) for facts in told)


def _engagement(
    *,
    steps: list[str],
    work: list[dict[str, Any]] = [],  # noqa: B006 - read only
    bills: list[dict[str, Any]] = [],  # noqa: B006 - read only
    **facts: Any,
) -> Engagement:
    return Engagement(
        steps=deeds(steps),
        work=tuple(_work(**each) for each in work),
        bills=tuple(_bill(**each) for each in bills),
        **facts,
    )


def _work(*, steps: list[str], **facts: Any) -> Work:
    return Work(steps=deeds(steps), **facts)


def _bill(*, steps: list[str], **facts: Any) -> Bill:
    return Bill(steps=deeds(steps), **facts)
