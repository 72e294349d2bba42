"""The worked examples of money that changes its currency on its way."""

from __future__ import annotations

import pytest

from billing_site.kernel.money import Money
from ledger import movements
from ledger.queries.journal import journal
from ledger.services.posting import post
from tests.given import EUR
from tests.ledger.books import NOON, balances, credited, debited
from tests.ledger.moved import funded, refunded, released

pytestmark = pytest.mark.django_db


def test_l41_convert_payout_balances_each_currency(alice: int, bob: int) -> None:
    """EUR 500 of 881 to dollars at 1.087, with a margin of 1 %; then L40, the exchange."""
    for movement in [
        funded(alice),
        released(bob),
        movements.make_available(lot="L1", freelancer=bob, amount=EUR("881.00"), at=NOON),
        movements.convert_payout(
            quote="Q1",
            freelancer=bob,
            amount=EUR("500.00"),
            margin=EUR("5.00"),
            into=Money("538.07", "USD"),
            at=NOON,
        ),
        movements.convert_treasury(
            exchange="X1", sold=EUR("495.00"), bought=Money("540.00", "USD"), at=NOON
        ),
    ]:
        post(movement)

    assert journal().endswith(f"""\
2025-11-03  Converted
{debited(f"freelancer:{bob}:available", "500.00 EUR")}
      fx:EUR                                                495.00 EUR
      income:fx_margin                                        5.00 EUR
  fx:USD                                      538.07 USD
{credited(f"freelancer:{bob}:available", "538.07 USD")}

2025-11-03  Exchanged by the platform
  fx:EUR                                      495.00 EUR
      provider:balance                                      495.00 EUR
  provider:balance                            540.00 USD
      fx:USD                                                540.00 USD""")
    assert balances()["fx:USD USD"] == 193  # what the exchange brought more
    assert "fx:EUR EUR" not in balances()


def test_l39_convert_charge_returns_clearing_to_zero_in_each_currency(alice: int) -> None:
    """EUR 1,059.50 of a contract, paid as $1,163.31 at 1.087 with a margin of 1 %, and back."""
    sums = {
        "quote": "Q1",
        "amount": Money("1163.31", "USD"),
        "margin": Money("11.63", "USD"),
        "into": EUR("1059.50"),
        "at": NOON,
    }
    post(funded(alice))
    post(movements.convert_charge(cause=("charge", "C1"), **sums))  # type: ignore[arg-type]

    assert "provider:clearing EUR" not in balances()
    assert journal().endswith("""\
2025-11-03  Paid in another currency
  provider:clearing                         1,163.31 USD
      fx:USD                                              1,151.68 USD
      income:fx_margin                                       11.63 USD
  fx:EUR                                    1,059.50 EUR
      provider:clearing                                   1,059.50 EUR""")

    post(refunded(alice))
    post(movements.settle_refund(refund="R1", amount=EUR("1059.50"), at=NOON))
    post(movements.convert_back(cause=("refund", "R1"), **sums))  # type: ignore[arg-type]
    assert journal().endswith("""\
2025-11-03  Sent back in another currency
  provider:clearing                         1,059.50 EUR
      fx:EUR                                              1,059.50 EUR
  fx:USD                                    1,151.68 USD
  income:fx_margin                             11.63 USD
      provider:clearing                                   1,163.31 USD""")
