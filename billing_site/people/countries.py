"""Countries and time zones as people choose them."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones

from babel import Locale

# CLDR's regions that nobody can live in, and parts of countries that have no calendar of their
# own: without business days nobody can be told when money arrives.
NOT_COUNTRIES = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}
NO_CALENDAR = {"AC", "CP", "CQ", "DG", "EA", "IC", "TA"}


@cache
def countries() -> list[tuple[str, str]]:
    names = Locale("en").territories
    known = [
        (code, name)
        for code, name in names.items()
        if len(code) == 2 and code.isalpha() and code not in NOT_COUNTRIES | NO_CALENDAR  # noqa: PLR2004 - ISO 3166-1 alpha-2
    ]
    return sorted(known, key=lambda country: country[1])


def country_name(code: str) -> str:
    return dict(countries()).get(code, code)


@cache
def time_zones() -> list[tuple[str, str]]:
    named = {zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/")}
    return [(zone, zone.replace("_", " ")) for zone in ["UTC", *sorted(named)]]
