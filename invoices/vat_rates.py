"""What `tax_rules/countries.toml` says of a country on a day: its rates, its words, the Union."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

TAX_RULES = Path(__file__).parent / "tax_rules"


def standard_bps(country: str, *, on: date) -> int:
    """Return the standard rate of *country* on a day; 0 where the table knows none."""
    rate = _rate(country, on)
    return int(rate["standard"]) if rate else 0


def rates_bps(country: str, *, on: date) -> list[int]:
    """Return all rates of *country* on a day, the standard rate first."""
    rate = _rate(country, on)
    return [rate["standard"], *rate["reduced"]] if rate else []


def in_union(country: str, *, on: date) -> bool:
    """Return whether *country* is a member state of the European Union on a day."""
    union = countries().get(country, {}).get("union")
    return union is not None and union["from"] <= on < union.get("until", date.max)


def small_business_text(country: str, *, on: date) -> str:
    """Return what a document of somebody in *country* says who is exempt for being small."""
    found = newest(countries().get(country, {}).get("small_business", []), on=on)
    return str(found["text"]) if found else ""


def reverse_charge_words(country: str) -> str:
    return str(countries().get(country, {}).get("reverse_charge", ""))


def newest(rows: Iterable[dict[str, Any]], *, on: date) -> dict[str, Any] | None:
    """Return the row that holds on a day: of those that have begun, the last to begin."""
    begun = [row for row in rows if row["from"] <= on]
    return max(begun, key=lambda row: row["from"], default=None)


@cache
def countries() -> dict[str, dict[str, Any]]:
    return tomllib.loads((TAX_RULES / "countries.toml").read_text())


def _rate(country: str, on: date) -> dict[str, Any] | None:
    return newest(countries().get(country, {}).get("rates", []), on=on)
