"""Each movement's worked example: the milestone of EUR 1,000 from the card to Bob's bank."""

from __future__ import annotations

import pytest
from django.db import transaction

from ledger import movements
from ledger.movements import Movement
from ledger.queries.journal import journal
from ledger.services.posting import InsufficientFunds, post
from tests.given import EUR
from tests.ledger.books import NOON, balances, credited, debited
from tests.ledger.moved import funded, refunded, released

pytestmark = pytest.mark.django_db


def settled(line: str, reference: tuple[str, str], amount: str, cost: str) -> Movement:
    return movements.settle_provider_line(
        line=line, reference=reference, amount=EUR(amount), cost=EUR(cost), at=NOON
    )


def test_l01_fund_escrow(alice: int) -> None:
    post(funded(alice))

    assert (
        journal()
        == """\
2025-11-03  Escrow funded
  provider:clearing                         1,059.50 EUR
      escrow:E1                                           1,000.00 EUR
      deferred:client_fee:E1                                 50.00 EUR
      tax:vat:DE                                              9.50 EUR"""
    )


def test_l48_fund_escrow_from_credit_needs_credit(alice: int) -> None:
    movement = funded(alice, from_credit=EUR("1059.50"))

    assert movement.lines[0].account.code == f"client:{alice}:credit"
    with pytest.raises(InsufficientFunds), transaction.atomic():
        post(movement)


def test_l02_settle_provider_line(alice: int) -> None:
    post(funded(alice))
    post(settled("txn_1", ("charge", "C1"), "1059.50", "31.03"))
    post(refunded(alice))
    post(movements.settle_refund(refund="R1", amount=EUR("1059.50"), at=NOON))
    post(settled("txn_2", ("refund", "R1"), "-1059.50", "0.25"))

    assert journal().endswith("""\
2025-11-03  Settled by the provider
  provider:clearing                         1,059.50 EUR
  cost:provider                                 0.25 EUR
      provider:balance                                    1,059.75 EUR""")
    assert "provider:clearing EUR" not in balances()
    assert balances()["provider:balance EUR"] == 3128  # what the provider kept, on us


def test_l04_release_escrow(alice: int, bob: int) -> None:
    post(funded(alice))
    post(released(bob))

    assert journal().endswith(f"""\
2025-11-03  Escrow released
  escrow:E1                                 1,000.00 EUR
  deferred:client_fee:E1                       50.00 EUR
{credited(f"freelancer:{bob}:pending", "881.00 EUR")}
      income:freelancer_fee                                 100.00 EUR
      tax:vat:DE                                             19.00 EUR
      income:client_fee                                      50.00 EUR""")


def test_an_escrow_is_released_or_refunded_not_both(alice: int, bob: int) -> None:
    post(funded(alice))
    post(released(bob))

    with pytest.raises(InsufficientFunds), transaction.atomic():
        post(refunded(alice))


def test_l05_to_l07_from_pending_to_the_bank(alice: int, bob: int) -> None:
    for movement in [
        funded(alice),
        settled("txn_1", ("charge", "C1"), "1059.50", "31.03"),
        released(bob),
        movements.make_available(lot="L1", freelancer=bob, amount=EUR("881.00"), at=NOON),
        movements.request_payout(
            payout="P1", freelancer=bob, amount=EUR("881.00"), fee=EUR("0.99"), at=NOON
        ),
        movements.transfer_to_payee(payout="P1", freelancer=bob, amount=EUR("880.01"), at=NOON),
        movements.pay_out(payout="P1", freelancer=bob, amount=EUR("880.01"), at=NOON),
    ]:
        post(movement)

    assert journal().endswith(f"""\
2025-11-03  Security period over
{debited(f"freelancer:{bob}:pending", "881.00 EUR")}
{credited(f"freelancer:{bob}:available", "881.00 EUR")}

2025-11-03  Payout requested
{debited(f"freelancer:{bob}:available", "881.00 EUR")}
      payout:P1                                             880.01 EUR
      income:payout_fee                                       0.99 EUR

2025-11-03  Transferred to the payee
{debited(f"provider:payee:{bob}", "880.01 EUR")}
      provider:balance                                      880.01 EUR

2025-11-03  Paid out
  payout:P1                                   880.01 EUR
{credited(f"provider:payee:{bob}", "880.01 EUR")}""")
    assert not any(code.startswith(("freelancer", "payout", "escrow")) for code in balances())


def test_l06_slow_payout_gives_back_what_it_costs_less(alice: int, bob: int) -> None:
    """EUR 881.00 at once for 8.81; it goes as others do, for 0.99, and then comes back whole."""
    facts = {"payout": "P1", "freelancer": bob, "at": NOON}
    asked, drawn = EUR("881.00"), EUR("873.18")
    post(funded(alice))
    post(released(bob))
    post(movements.make_available(lot="L1", freelancer=bob, amount=asked, at=NOON))
    post(movements.request_payout(**facts, amount=asked, fee=EUR("8.81")))  # type: ignore[arg-type]  # facts of a table
    post(movements.slow_payout(**facts, fee_back=EUR("7.82")))  # type: ignore[arg-type]  # likewise

    assert journal().endswith(f"""\
2025-11-03  Part of a payout's fee given back
  income:payout_fee                             7.82 EUR
{credited(f"freelancer:{bob}:available", "7.82 EUR")}""")
    post(movements.fail_payout(**facts, amount=drawn, fee=EUR("0.99")))  # type: ignore[arg-type]  # likewise
    left = balances()
    assert left[f"freelancer:{bob}:available EUR"] == 88100
    assert sum(minor for code, minor in left.items() if code.startswith("income:payout_fee")) == 0


def test_l08_fail_payout_puts_the_fee_back_too(alice: int, bob: int) -> None:
    facts = {"payout": "P1", "freelancer": bob, "amount": EUR("881.00"), "fee": EUR("0.99")}
    post(funded(alice))
    post(released(bob))
    post(movements.make_available(lot="L1", freelancer=bob, amount=EUR("881.00"), at=NOON))
    post(movements.request_payout(**facts, at=NOON))  # type: ignore[arg-type]  # facts of a table
    post(movements.fail_payout(**facts, at=NOON))  # type: ignore[arg-type]  # likewise

    left = balances()
    assert left[f"freelancer:{bob}:available EUR"] == 88100
    assert "payout:P1 EUR" not in left
    assert sum(minor for code, minor in left.items() if code.startswith("income:payout_fee")) == 0


def test_l09_return_payout_puts_back_what_had_arrived(alice: int, bob: int) -> None:
    facts = {"payout": "P1", "freelancer": bob, "amount": EUR("881.00"), "fee": EUR("0.99")}
    post(funded(alice))
    post(released(bob))
    post(movements.make_available(lot="L1", freelancer=bob, amount=EUR("881.00"), at=NOON))
    post(movements.request_payout(**facts, at=NOON))  # type: ignore[arg-type]  # facts of a table
    moved = {"payout": "P1", "freelancer": bob, "amount": EUR("880.01"), "at": NOON}
    post(movements.transfer_to_payee(**moved))  # type: ignore[arg-type]  # likewise
    post(movements.pay_out(**moved))  # type: ignore[arg-type]  # likewise
    post(movements.return_payout(**facts, at=NOON))  # type: ignore[arg-type]  # likewise

    left = balances()
    assert left[f"freelancer:{bob}:available EUR"] == 88100
    assert left[f"provider:payee:{bob} EUR"] == -88001
    assert sum(minor for code, minor in left.items() if code.startswith("income:payout_fee")) == 0


def test_a_transfer_is_paid_out_once(bob: int) -> None:
    post(movements.transfer_to_payee(payout="P1", freelancer=bob, amount=EUR("5.00"), at=NOON))

    with pytest.raises(InsufficientFunds), transaction.atomic():
        post(movements.pay_out(payout="P1", freelancer=bob, amount=EUR("5.01"), at=NOON))


def test_l11_l12_refund(alice: int) -> None:
    post(funded(alice))
    post(refunded(alice))
    post(movements.settle_refund(refund="R1", amount=EUR("1059.50"), at=NOON))

    assert journal().endswith("""\
2025-11-03  Escrow refunded
  escrow:E1                                 1,000.00 EUR
  deferred:client_fee:E1                       50.00 EUR
  tax:vat:DE                                    9.50 EUR
      refund:R1                                           1,059.50 EUR

2025-11-03  Refund settled
  refund:R1                                 1,059.50 EUR
      provider:clearing                                   1,059.50 EUR""")
    assert not any(code.startswith(("escrow", "deferred", "refund")) for code in balances())
