"""Payments and withdrawals in a currency that is not the one of the books they touch."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from billing_site.kernel.money import Money
from billing_site.kernel.transitions import SYSTEM
from billing_site.people.models import User
from payments.models import Charge
from payments.services import collecting, currency_choices, exchange_rates
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON
from tests.payments.books import held

HOURS = SYSTEM("its week was locked")


def USD(units: str) -> Money:
    return Money(Decimal(units), "USD")


# A thousand, 5 % and 19 % VAT on that. At 1.087 it is 974.70, of which 99 % are.
TOTAL, PAID, MARGIN = USD("1059.50"), EUR("984.55"), EUR("9.85")


def fx() -> tuple[Money, Money, Money]:
    """What we hold of the one and owe of the other, and what we earned by it."""
    return held("fx:EUR"), held("fx:USD", "USD"), held("income:fx_margin")


def chosen(alice: User, *, is_own: bool = True, at: Any = NOON - DAY) -> None:
    exchange_rates.fetch_when_due(at=NOON)
    currency_choices.choose(given.organization(alice), is_own=is_own, by=alice, at=at)


def collected(alice: User, bob: User, *, price: Money | None = None) -> Charge:
    return collecting.collect(
        payer=given.organization(alice),
        escrows=[given.terms(bob, price=price or USD("1000.00"))],
        by=HOURS,
        at=NOON,
    )
