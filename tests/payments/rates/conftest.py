from __future__ import annotations

from typing import Any

import pytest

from billing_site.people.models import User
from tests.given_payments import DAY, NOON
from tests.payments.rates.given_house_rates import given_by_the_bank, standing


@pytest.fixture
def _ecb(settings: Any, db: None) -> None:
    """As in production: the bank has dollars and yen, and no dinar."""
    settings.EXCHANGE_RATES = "ecb"
    given_by_the_bank(NOON - DAY)


@pytest.fixture
def _stands(finn: User, fay: User) -> None:
    standing(finn, fay)
