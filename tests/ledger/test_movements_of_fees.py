"""What the provider takes for itself and gives back, and what we take to our own bank."""

from __future__ import annotations

import pytest

from ledger import movements
from ledger.queries.journal import journal
from ledger.services.posting import post
from tests.given import EUR
from tests.ledger.books import NOON, balances

pytestmark = pytest.mark.django_db


def test_l55_pay_provider_fee() -> None:
    taken = movements.pay_provider_fee(line="txn_1", what="payout", amount=EUR("4.95"), at=NOON)
    back = movements.pay_provider_fee(line="txn_2", what="payout", amount=EUR("-0.95"), at=NOON)
    assert [post(each).is_new for each in (taken, back, taken)] == [True, True, False]

    assert (
        journal()
        == """\
2025-11-03  Asked for by the provider
  cost:payout                                   4.95 EUR
      provider:balance                                        4.95 EUR

2025-11-03  Given back by the provider
  provider:balance                              0.95 EUR
      cost:payout                                             0.95 EUR"""
    )
    assert balances()["provider:balance EUR"] == 400


def test_l03_sweep_income_and_l56_return_swept() -> None:
    swept = movements.sweep_income(sweep="po_1", amount=EUR("100.00"), at=NOON)
    back = movements.return_swept(sweep="po_1", amount=EUR("100.00"), at=NOON)
    assert [post(each).is_new for each in (swept, back, swept, back)] == [True, True, False, False]

    assert (
        journal()
        == """\
2025-11-03  Taken to our own bank
  bank:operating                              100.00 EUR
      provider:balance                                      100.00 EUR

2025-11-03  Not taken by our own bank
  provider:balance                            100.00 EUR
      bank:operating                                        100.00 EUR"""
    )
    assert balances() == {}
