"""Standard rates of VAT as data: country, basis points, and since when.

A rate that changes gets a line of its own with its first day; documents keep what they
were issued with. Sources: the member states' notices to the European Commission ("Taxes in
Europe" database); HMRC and the Swiss FTA for the two others.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple


class Rate(NamedTuple):
    country: str
    bps: int
    valid_from: date


LONG_AGO = date(2015, 1, 1)

RATES = (
    Rate("AT", 2_000, LONG_AGO),
    Rate("BE", 2_100, LONG_AGO),
    Rate("BG", 2_000, LONG_AGO),
    Rate("CH", 770, date(2018, 1, 1)),
    Rate("CH", 810, date(2024, 1, 1)),
    Rate("CY", 1_900, LONG_AGO),
    Rate("CZ", 2_100, LONG_AGO),
    Rate("DE", 1_900, LONG_AGO),
    Rate("DK", 2_500, LONG_AGO),
    Rate("EE", 2_000, LONG_AGO),
    Rate("EE", 2_200, date(2024, 1, 1)),
    Rate("EE", 2_400, date(2025, 7, 1)),
    Rate("ES", 2_100, LONG_AGO),
    Rate("FI", 2_400, LONG_AGO),
    Rate("FI", 2_550, date(2024, 9, 1)),
    Rate("FR", 2_000, LONG_AGO),
    Rate("GB", 2_000, LONG_AGO),
    Rate("GR", 2_300, LONG_AGO),
    Rate("GR", 2_400, date(2016, 6, 1)),
    Rate("HR", 2_500, LONG_AGO),
    Rate("HU", 2_700, LONG_AGO),
    Rate("IE", 2_300, LONG_AGO),
    Rate("IT", 2_200, LONG_AGO),
    Rate("LT", 2_100, LONG_AGO),
    Rate("LU", 1_700, LONG_AGO),
    Rate("LV", 2_100, LONG_AGO),
    Rate("MT", 1_800, LONG_AGO),
    Rate("NL", 2_100, LONG_AGO),
    Rate("NO", 2_500, LONG_AGO),
    Rate("PL", 2_300, LONG_AGO),
    Rate("PT", 2_300, LONG_AGO),
    Rate("RO", 1_900, date(2017, 1, 1)),
    Rate("RO", 2_100, date(2025, 8, 1)),
    Rate("SE", 2_500, LONG_AGO),
    Rate("SI", 2_200, LONG_AGO),
    Rate("SK", 2_000, LONG_AGO),
    Rate("SK", 2_300, date(2025, 1, 1)),
)

EUROPEAN_UNION = frozenset(rate.country for rate in RATES if rate.country not in {"CH", "GB", "NO"})


def standard_bps(country: str, *, on: date) -> int:
    """Return the standard rate of *country* on a day; 0 where this table knows none."""
    known = [rate for rate in RATES if rate.country == country and rate.valid_from <= on]
    return max(known, key=lambda rate: rate.valid_from).bps if known else 0
