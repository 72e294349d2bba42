"""In which currency a client is charged while nobody looks, in words; and what a rate was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from billing_site.kernel.money import EXPONENTS, Money, from_minor, show
from billing_site.kernel.transitions import NotAllowed
from billing_site.people.models import Organization
from payments.models import CurrencyChoice, Quote
from payments.queries.conversion import Conversion, price_lines, price_of, shown
from payments.queries.cost_lines import CostLine
from payments.queries.mid_rate import titles_of

A_HUNDRED_MINOR = 100_00  # of euros or dollars, for an example


@dataclass(frozen=True, slots=True)
class ChargedIn:
    """What a client has said, and what it would be from now on."""

    client: Organization
    choice: CurrencyChoice | None
    margin_bps: int  # of now
    rate_title: str
    example: Conversion | None
    no_rate: str  # why there is no example

    @property
    def is_own(self) -> bool:
        return self.choice is not None and self.choice.is_own

    @property
    def words(self) -> str:
        return words_of(self.client, self.choice)

    @property
    def margin(self) -> str:
        return percent(self.margin_bps)

    @property
    def days(self) -> int:
        return int(settings.RATES_GOOD_FOR_DAYS)

    @property
    def lines(self) -> list[CostLine]:
        return price_lines(self.example, self.example.mid.rate) if self.example else []

    @property
    def total(self) -> CostLine | None:
        return CostLine("You would pay", self.example.amount) if self.example else None

    @property
    def seen(self) -> dict[str, str]:
        """What the consent is to. The rate is of the day of each charge."""
        return {"seen_margin": self.margin, "seen_currency": self.client.currency}


def charged_in(client: Organization, *, at: datetime) -> ChargedIn:
    example, no_rate = None, ""
    other = "EUR" if client.currency == "USD" else "USD"
    try:
        example = price_of(from_minor(A_HUNDRED_MINOR, other), client.currency, at=at)
    except NotAllowed as refusal:
        no_rate = str(refusal)
    return ChargedIn(
        client=client,
        choice=CurrencyChoice.objects.standing_of(client),
        margin_bps=settings.CONVERSION_MARGIN_BPS,
        rate_title=titles_of(*EXPONENTS, at=at),
        example=example,
        no_rate=no_rate,
    )


def words_of(client: Organization, choice: CurrencyChoice | None) -> str:
    if choice and choice.is_own:
        return f"What we charge by ourselves is in {client.currency}, your own currency."
    return "What we charge by ourselves is in the currency of each contract."


def of_contract(client: Organization, currency: str, *, at: datetime) -> str:
    """Say in which currency *client* is charged where another is agreed; empty: it is theirs."""
    if client.currency == currency:
        return ""
    choice = CurrencyChoice.objects.standing_of(client)
    if choice is None or not choice.is_own:
        return f"The charge is in {currency}: what nobody looks at is not converted by us."
    return (
        f"The charge is in {client.currency}, at the rate of the moment by"
        f" {titles_of(client.currency, currency, at=at)}, with our margin of"
        f" {percent(choice.margin_bps)} on top."
    )


def at_its_rate(quote: Quote | None) -> str:
    """Say what was asked in the client's own currency, and how that came about; else nothing."""
    if quote is None:
        return ""
    on = f"{quote.rate_on.day} {quote.rate_on:%B %Y}"
    return (
        f"{show(quote.amount)} at {rate_of(quote)} ({quote.rate_title}, {on}), our margin of"
        f" {percent(quote.margin_bps)} included"
    )


def rate_of(quote: Quote) -> str:
    return f"{shown(quote.rate)} {quote.into_currency} for 1 {quote.currency}"


def percent(bps: int) -> str:
    return f"{bps / 100:g}\N{NO-BREAK SPACE}%"


def own_sum(quote: Quote | None, otherwise: Money) -> str:
    """What a client is asked for: in their own currency, with the sum that it is for."""
    return f"{show(quote.amount)} (for {show(otherwise)})" if quote else show(otherwise)
