"""Who there is in the demo world: the people and firms of `cast.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from billing_site.workflows.demo_world.scripts import Deed, deeds

PASSWORD = "countersign-demo"  # noqa: S105 - shown on the screen, and only in the demo
# They hold a second factor from the start: their codes are shown by `manage.py demo_code`.
WITH_CODES = ("mia", "finn", "ben")


@dataclass(frozen=True, slots=True)
class Person:
    key: str
    name: str
    email: str
    time_zone: str = "Europe/Berlin"
    roles: tuple[str, ...] = ()  # at the desk


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody besides the owner: the key of a person, their role, and what they may spend."""

    person: str
    role: str
    spending_limit: int | None = None


@dataclass(frozen=True, slots=True)
class Firm:
    """A client, a freelancer or an agency. Its owner is the person of the same key."""

    key: str
    kind: str
    name: str
    legal_name: str
    street: str
    postal_code: str
    city: str
    country: str
    series_code: str
    vat_id: str = ""
    currency: str = "EUR"
    taxed_as: str = "business"
    color: str = ""  # of its documents, and of the sign on them
    seats: tuple[Seat, ...] = ()
    steps: tuple[Deed, ...] = ()


@dataclass(frozen=True, slots=True)
class Cast:
    staff: tuple[Person, ...]
    people: tuple[Person, ...]
    firms: tuple[Firm, ...]


@cache
def cast() -> Cast:
    told = tomllib.loads((Path(__file__).parent / "cast.toml").read_text())
    return Cast(
        staff=tuple(Person(**facts) for facts in told["staff"]),
        people=tuple(Person(**facts) for facts in told["person"]),
        firms=tuple(_firm(**facts) for facts in told["firm"]),
    )


def _firm(*, seats: list[str] = [], steps: list[str] = [], **facts: str) -> Firm:  # noqa: B006 - read only
    return Firm(**facts, seats=tuple(_seat(*each.split()) for each in seats), steps=deeds(steps))


def _seat(person: str, role: str, limit: str = "") -> Seat:
    return Seat(person, role, int(limit) if limit else None)
