"""How the freelancer's own service is taxed, and how the platform's fees are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.conf import settings

from billing_site.people.models import Organization
from invoices.models.contract import TaxTreatment
from invoices.vat_rates import EUROPEAN_UNION, standard_bps

REVERSED = (
    "VAT reverse charged: the recipient accounts for the tax (Article 196, Directive 2006/112/EC)."
)
NOT_REGISTERED = "No VAT is charged: the supplier is not registered for VAT."
OUTSIDE = "Outside the scope of VAT: the place of supply is the recipient's country."


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
    abroad = freelancer.country != client.country
    if abroad and client.country in EUROPEAN_UNION and client.vat_id:
        return Treatment(TaxTreatment.REVERSE_CHARGE, 0, REVERSED)
    if not freelancer.vat_id:
        return Treatment(TaxTreatment.EXEMPT, 0, NOT_REGISTERED)
    if (freelancer.country in EUROPEAN_UNION and client.country in EUROPEAN_UNION) or not abroad:
        return chosen(TaxTreatment.STANDARD, freelancer=freelancer, on=on)
    return Treatment(TaxTreatment.OUTSIDE, 0, OUTSIDE)


def chosen(kind: TaxTreatment, *, freelancer: Organization, on: date, text: str = "") -> Treatment:
    """Return the treatment that the offer names, with the rate and the words that go with it."""
    match kind:
        case TaxTreatment.STANDARD:
            return Treatment(kind, standard_bps(freelancer.country, on=on), text)
        case TaxTreatment.REVERSE_CHARGE:
            return Treatment(kind, 0, text or REVERSED)
        case TaxTreatment.EXEMPT:
            return Treatment(kind, 0, text or NOT_REGISTERED)
        case _:
            return Treatment(kind, 0, text or OUTSIDE)


def fee_tax(party: Organization, *, on: date) -> FeeTax:
    """Return the VAT on a fee that the platform charges *party* on a day.

    At home the platform's own rate; a business elsewhere in the Union reverses the charge;
    anybody else there pays their own country's rate; outside of the Union there is none.
    Source: Articles 44, 58 and 196 of Directive 2006/112/EC.
    """
    home = settings.PLATFORM["country"]
    if party.country == home:
        return FeeTax(standard_bps(home, on=on), home, "")
    if not {party.country, home} <= EUROPEAN_UNION:
        return FeeTax(0, home, OUTSIDE)
    if party.vat_id:
        return FeeTax(0, home, REVERSED)
    return FeeTax(standard_bps(party.country, on=on), party.country, "")
