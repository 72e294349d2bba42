"""Taxes by country and date are data: the tables are complete, and each day has its own rates."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from django.conf import settings

from billing_site.people.models import TaxProfile, User
from billing_site.people.services import tax
from invoices.models.contract import TaxTreatment
from invoices.taxing import chosen, fee_tax, possible, proposed, rules, words_for
from invoices.vat_rates import (
    countries,
    in_union,
    rates_bps,
    small_business_text,
    standard_bps,
)
from tests import given
from tests.given import NOON

TODAY = NOON.date()
MEMBERS = set(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()  # noqa: SIM905
)


@pytest.mark.parametrize(
    ("country", "on", "bps"),
    [
        ("EE", date(2023, 12, 31), 2_000),
        ("EE", date(2024, 1, 1), 2_200),
        ("EE", date(2025, 7, 1), 2_400),
        ("DE", date(2020, 12, 31), 1_600),  # half a year of less
        ("DE", date(2021, 1, 1), 1_900),
        ("XX", TODAY, 0),
    ],
)
def test_a_rate_is_that_of_the_day(country: str, on: date, bps: int) -> None:
    assert standard_bps(country, on=on) == bps


def test_reduced_rates_stand_behind_the_standard_one() -> None:
    assert rates_bps("AT", on=TODAY) == [2_000, 1_300, 1_000]
    assert rates_bps("SK", on=date(2024, 12, 31)) == [2_000, 1_000]
    assert rates_bps("SK", on=date(2025, 1, 1)) == [2_300, 1_900, 500]
    assert rates_bps("US", on=TODAY) == []


def test_the_union_has_its_27_members_and_one_that_left() -> None:
    assert {each for each in countries() if in_union(each, on=TODAY)} == MEMBERS
    assert in_union("GB", on=date(2020, 12, 31))
    assert not in_union("GB", on=date(2021, 1, 1))


@pytest.mark.parametrize("country", sorted(countries()))
def test_each_country_is_written_down_in_order(country: str) -> None:
    facts: dict[str, Any] = countries()[country]
    rows = facts["rates"]

    assert all(earlier["from"] < later["from"] for earlier, later in pairwise(rows))
    assert rows[0]["from"] <= date(2018, 1, 1), "Documents of ten years are kept."
    for row in rows:
        assert row["reduced"] == sorted(row["reduced"], reverse=True)
        assert all(0 < bps < row["standard"] <= 2_700 for bps in row["reduced"])
    for text in facts.get("small_business", []):
        assert 10 < len(text["text"]) <= 300
    assert len(words_for(TaxTreatment.REVERSE_CHARGE, country)) <= 300


def test_every_rule_names_its_source_and_the_last_one_always_fits() -> None:
    for table in ("service", "fee"):
        assert rules()[table][-1]["when"] == []
        for rule in rules()[table]:
            assert rule["source"]
            assert TaxTreatment(rule["is"])
            assert (rule["is"] == TaxTreatment.STANDARD) == ("rate" in rule)


def test_the_platform_lives_in_a_country_of_the_table() -> None:
    assert settings.PLATFORM["country"] in countries()


def test_reverse_charge_speaks_the_words_of_the_sellers_country(alice: User, bob: User) -> None:
    ours = given.organization(alice)
    ours.country, ours.vat_id = "DE", "DE136695976"

    assert "Article 196" in fee_tax(ours, on=TODAY).text
    assert "Steuerschuld" in fee_tax(ours, on=TODAY).text  # the platform is Austrian


def declare(user: User, kind: str, *, country: str, vat_id: str = "") -> None:
    organization = given.organization(user)
    organization.country = country
    organization.save()
    tax.declare(organization.pk, kind=kind, vat_id=vat_id, by=user, at=NOON)


def test_a_small_business_charges_no_vat_at_home_though_it_has_an_id(
    alice: User, bob: User
) -> None:
    declare(alice, TaxProfile.Kind.BUSINESS, country="AT", vat_id="ATU99990019")
    declare(bob, TaxProfile.Kind.SMALL_BUSINESS, country="AT", vat_id="ATU99990028")
    client, freelancer = given.organization(alice), given.organization(bob)

    here = proposed(freelancer=freelancer, client=client, on=TODAY)
    assert (here.kind, here.bps) == (TaxTreatment.EXEMPT, 0)
    assert "§ 6 Abs. 1 Z 27 UStG" in here.text

    declare(alice, TaxProfile.Kind.BUSINESS, country="DE", vat_id="DE136695976")
    abroad = proposed(freelancer=freelancer, client=given.organization(alice), on=TODAY)
    assert abroad.kind == TaxTreatment.REVERSE_CHARGE


def test_the_words_for_an_exemption_are_those_of_the_day() -> None:
    assert "§ 19" in small_business_text("DE", on=date(2024, 12, 31))
    assert "Steuerbefreiung" in small_business_text("DE", on=date(2025, 1, 1))
    assert small_business_text("US", on=TODAY) == ""


def test_who_is_no_small_business_is_not_called_one(bob: User) -> None:
    declare(bob, TaxProfile.Kind.PRIVATE, country="AT")

    assert (
        "not registered"
        in chosen(TaxTreatment.EXEMPT, freelancer=given.organization(bob), on=TODAY).text
    )


def test_a_line_can_be_taxed_at_each_rate_or_not_at_all(bob: User) -> None:
    declare(bob, TaxProfile.Kind.BUSINESS, country="AT", vat_id="ATU99990028")

    ways = possible(given.organization(bob), on=TODAY)

    assert [(way.kind, way.bps) for way in ways] == [
        ("standard", 2_000),
        ("standard", 1_300),
        ("standard", 1_000),
        ("reverse_charge", 0),
        ("exempt", 0),
        ("outside", 0),
    ]
    assert all(way.text for way in ways if not way.bps)


def test_a_document_keeps_what_was_found_about_the_ids(alice: User, bob: User) -> None:
    declare(alice, TaxProfile.Kind.BUSINESS, country="AT", vat_id="ATU99990019")
    says = given.paid_invoice(client=alice, freelancer=bob).says

    kept = says["recipient"]["vat_id_check"]
    assert kept.startswith("ATU99990019: its form and check digits are right (python-stdnum ")
    assert NOON.date().isoformat() in kept
    assert says["issuer"]["vat_id_check"] == ""
