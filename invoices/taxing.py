"""How the freelancer's own service is taxed, and how the platform's fees are.

The rules are data, by date: `tax_rules/treatments.toml` decides, and `tax_rules/countries.toml`
has the rates and the words.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.conf import settings

from billing_site.people.models import Organization, TaxProfile
from invoices.models.contract import TaxTreatment
from invoices.vat_rates import (
    TAX_RULES,
    in_union,
    rates_bps,
    reverse_charge_words,
    small_business_text,
    standard_bps,
)


@dataclass(frozen=True, slots=True)
class Treatment:
    """What an offer fixes about the freelancer's VAT."""

    kind: TaxTreatment
    bps: int
    text: str

    @property
    def words(self) -> str:
        return rate_words(self.kind, self.bps)


@dataclass(frozen=True, slots=True)
class FeeTax:
    """VAT on a fee of ours: the rate, whose tax it is, and the words where there is none."""

    bps: int
    country: str
    text: str
    is_shifted: bool = False  # the party accounts for it


def rate_words(kind: str, bps: int) -> str:
    """What stands beside a tax sum: “VAT 20 %”, “reverse charge”."""
    if kind == TaxTreatment.STANDARD:
        return f"VAT {percent(bps)}"
    return str(TaxTreatment(kind).label)


def percent(bps: int) -> str:
    """Basis points as people write them: 500 is “5 %”, 2,550 is “25.5 %”."""
    return f"{bps / 100:g}\N{NO-BREAK SPACE}%"


def proposed(*, freelancer: Organization, client: Organization, on: date) -> Treatment:
    """Return what usually applies between the two; an offer may choose otherwise."""
    facts = facts_of(freelancer.country, client, on=on)
    if not charges_vat(freelancer):
        facts.add("seller charges no VAT")
    rule = _first_fit("service", facts, on=on)
    return chosen(TaxTreatment(rule["is"]), freelancer=freelancer, on=on)


def chosen(kind: TaxTreatment, *, freelancer: Organization, on: date, text: str = "") -> Treatment:
    """Return the treatment that the offer names, with the rate and the words that go with it."""
    if kind == TaxTreatment.STANDARD:
        return Treatment(kind, standard_bps(freelancer.country, on=on), text)
    if kind == TaxTreatment.EXEMPT and not text and is_small_business(freelancer):
        text = small_business_text(freelancer.country, on=on)
    return Treatment(kind, 0, text or words_for(kind, freelancer.country))


def possible(freelancer: Organization, *, on: date) -> list[Treatment]:
    """Return every way in which a line of the freelancer can be taxed on a day."""
    country = freelancer.country
    rated = [Treatment(TaxTreatment.STANDARD, bps, "") for bps in rates_bps(country, on=on)]
    untaxed = [kind for kind in TaxTreatment if kind != TaxTreatment.STANDARD]
    return rated + [chosen(kind, freelancer=freelancer, on=on) for kind in untaxed]


def fee_tax(party: Organization, *, on: date) -> FeeTax:
    """Return the VAT on a fee that the platform charges *party* on a day."""
    home = str(settings.PLATFORM["country"])
    rule = _first_fit("fee", facts_of(home, party, on=on), on=on)
    if rule["is"] != TaxTreatment.STANDARD:
        kind = TaxTreatment(rule["is"])
        is_shifted = kind == TaxTreatment.REVERSE_CHARGE
        return FeeTax(0, home, words_for(kind, home), is_shifted)
    taxed_in = home if rule["rate"] == "seller" else party.country
    return FeeTax(standard_bps(taxed_in, on=on), taxed_in, "")


def fee_treatment(party: Organization, bps: int, *, on: date) -> TaxTreatment:
    """Return how a fee was taxed that `fee_tax` found the rate *bps* for on a day."""
    if bps:
        return TaxTreatment.STANDARD
    home = str(settings.PLATFORM["country"])
    return TaxTreatment(_first_fit("fee", facts_of(home, party, on=on), on=on)["is"])


def charges_vat(freelancer: Organization) -> bool:
    """Who is registered does, unless they declared that they are exempt for being small."""
    return bool(freelancer.vat_id) and not is_small_business(freelancer)


def is_small_business(freelancer: Organization) -> bool:
    kind = TaxProfile.Kind.SMALL_BUSINESS
    return TaxProfile.objects.filter(organization=freelancer.pk, kind=kind).exists()


def facts_of(seller_country: str, buyer: Organization, *, on: date) -> set[str]:
    """What the rules ask about two sides, in the rules' words."""
    facts = {
        "at home": seller_country == buyer.country,
        "abroad": seller_country != buyer.country,
        "seller in the Union": in_union(seller_country, on=on),
        "buyer in the Union": in_union(buyer.country, on=on),
        "buyer has a VAT ID": bool(buyer.vat_id),
    }
    return {fact for fact, holds in facts.items() if holds}


def words_for(kind: TaxTreatment, country: str) -> str:
    """What a document of a seller in *country* says where no tax is charged."""
    text = str(rules()["texts"][kind])
    if kind == TaxTreatment.REVERSE_CHARGE:
        return f"{text} {reverse_charge_words(country)}".strip()
    return text


@cache
def rules() -> dict[str, Any]:
    return tomllib.loads((TAX_RULES / "treatments.toml").read_text())


def _first_fit(table: str, facts: set[str], *, on: date) -> dict[str, Any]:
    """The last rule of each table has no condition, so that one always fits."""
    in_force = (rule for rule in rules()[table] if rule["from"] <= on)
    return next(rule for rule in in_force if facts.issuperset(rule["when"]))
