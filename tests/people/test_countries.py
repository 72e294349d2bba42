"""Every country that is offered can be paid to: its business days are known."""

from __future__ import annotations

from datetime import date

from billing_site.kernel.periods import add_business_days
from billing_site.people.countries import countries

NEW_YEAR = date(2026, 1, 1)


def test_each_offered_country_has_business_days() -> None:
    offered = [code for code, _ in countries()]

    assert len(offered) > 240
    assert [code for code in offered if add_business_days(NEW_YEAR, 2, code) <= NEW_YEAR] == []
