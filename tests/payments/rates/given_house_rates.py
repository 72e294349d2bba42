"""Given for tests of rates of our own: what the bank has, and what two of finance entered."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from billing_site.people.models import User
from payments.models import HouseRate
from payments.rates.base import Rate
from payments.services import exchange_rates, house_rates
from tests.given_payments import NOON

WHY = "Central Bank of Kuwait, 2 March 2026"
LIST = "admin:payments_houserate_changelist"


def given_by_the_bank(at: Any) -> None:
    found = [Rate("USD", Decimal("1.0870"), at.date()), Rate("JPY", Decimal("161.25"), at.date())]
    exchange_rates.keep("ecb", found, at=at)


def entered(finn: User, worth: str = "0.3341", *, at: Any = NOON, **facts: Any) -> HouseRate:
    return house_rates.enter("KWD", Decimal(worth), reason=WHY, by=finn, at=at, **facts)


def standing(finn: User, fay: User, worth: str = "0.3341", *, at: Any = NOON) -> HouseRate:
    return house_rates.confirm(entered(finn, worth, at=at).pk, reason=WHY, by=fay, at=at)
